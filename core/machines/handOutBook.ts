import type { AttemptFiles } from './attemptFiles.ts';
import type { Machine } from './machineRoll.ts';
import type { AttemptRecord } from './queueLink.ts';
import type { Task } from './task.ts';

/** One attempt at a task by another machine. */
export interface HandOut {
  readonly id: string;
  readonly task: Task;
  readonly machine: string;
  readonly files: AttemptFiles;
  readonly record: AttemptRecord;
  state: 'sending' | 'sent' | 'begun';
  /** Checks in which it was neither at its machine nor in Redis. */
  checksUnseen: number;
  /** Checks in which its machine had nothing under way and did not begin it. */
  checksUnbegun: number;
}

/** The counters of a new attempt. */
export const NO_CHECKS = { checksUnseen: 0, checksUnbegun: 0 };

/** The attempts that count. Whoever removes one decides what happens to its task; a second one finds nothing. */
export class HandOutBook {
  readonly #handOuts = new Map<string, HandOut>();
  readonly #byMachine = new Map<string, Set<HandOut>>();

  get all(): readonly HandOut[] {
    return [...this.#handOuts.values()];
  }

  add(handOut: HandOut): void {
    this.#handOuts.set(handOut.id, handOut);
    const held = this.#byMachine.get(handOut.machine);
    if (held === undefined) this.#byMachine.set(handOut.machine, new Set([handOut]));
    else held.add(handOut);
  }

  get(id: string): HandOut | undefined {
    return this.#handOuts.get(id);
  }

  has(id: string): boolean {
    return this.#handOuts.has(id);
  }

  remove(id: string): void {
    const handOut = this.#handOuts.get(id);
    if (handOut === undefined) return;
    this.#handOuts.delete(id);
    const held = this.#byMachine.get(handOut.machine);
    held?.delete(handOut);
    if (held?.size === 0) this.#byMachine.delete(handOut.machine);
  }

  heldBy(machine: string): readonly HandOut[] {
    return [...(this.#byMachine.get(machine) ?? [])];
  }

  of(task: Task): readonly HandOut[] {
    return this.all.filter((each) => each.task === task);
  }

  /** Jobs for each slot of a machine. */
  loadOf({ id, presence }: Machine): number {
    return (this.#byMachine.get(id)?.size ?? 0) / presence.capacity;
  }
}
