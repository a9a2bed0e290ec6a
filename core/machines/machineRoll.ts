import type { Presence } from './messages.ts';
import { LEASE_BEATS } from './queueKeys.ts';

/** A machine from the coordinator's point of view. */
export interface Machine {
  readonly id: string;
  presence: Presence;
  /** Checks since its last sign of life. */
  missedBeats: number;
  /** Combined weights that it does not have. */
  readonly lacks: Set<string>;
}

/**
 * The machines that are connected. A machine whose entry does not change for {@link LEASE_BEATS} checks is gone, and so is one
 * that was draining and whose entry was removed. Only checks are counted: the clock of this machine may jump, and the
 * clocks of others differ.
 */
export class MachineRoll {
  readonly #machines = new Map<string, Machine>();
  /** Last beats of machines that were silent for too long: an entry outlives its machine for a while. */
  readonly #lastBeats = new Map<string, number>();

  get all(): readonly Machine[] {
    return [...this.#machines.values()];
  }

  get(id: string): Machine | undefined {
    return this.#machines.get(id);
  }

  /** @param found Undefined if the server did not answer. @returns The machines that are gone. */
  look(found: readonly Presence[] | undefined): Machine[] {
    const byId = new Map(found?.map((presence) => [presence.id, presence]));
    for (const machine of this.#machines.values()) {
      const presence = byId.get(machine.id);
      if (presence === undefined || presence.beat === machine.presence.beat) machine.missedBeats++;
      else machine.missedBeats = 0;
      machine.presence = presence ?? machine.presence;
    }
    this.#join(byId);
    const hasLeft = ({ id, presence }: Machine): boolean =>
      found !== undefined && !byId.has(id) && presence.state === 'draining';
    const gone = this.all.filter((machine) => machine.missedBeats >= LEASE_BEATS || hasLeft(machine));
    for (const { id, presence } of gone) {
      this.#machines.delete(id);
      this.#lastBeats.set(id, presence.beat);
    }
    return gone;
  }

  #join(byId: ReadonlyMap<string, Presence>): void {
    for (const id of this.#lastBeats.keys()) if (!byId.has(id)) this.#lastBeats.delete(id);
    for (const [id, presence] of byId) {
      const isSilent = this.#lastBeats.get(id) === presence.beat;
      if (this.#machines.has(id) || isSilent) continue;
      this.#lastBeats.delete(id);
      this.#machines.set(id, { id, presence, missedBeats: 0, lacks: new Set() });
    }
  }
}
