import path from 'node:path';
import type { Redis } from 'ioredis';
import type { ErrorDto } from '../api/errors.ts';
import type { MachineView } from '../api/contract.ts';
import type { EnlargeResult } from '../pool/messages.ts';
import { attemptFiles } from './attemptFiles.ts';
import { EarlierAttempts } from './earlierAttempts.ts';
import { followMachine } from './followMachine.ts';
import { HandOutBook, NO_CHECKS, type HandOut } from './handOutBook.ts';
import { machineView } from './machineView.ts';
import { MachineRoll, type Machine } from './machineRoll.ts';
import type { Presence, Work, WorkReport } from './messages.ts';
import { BEAT_MS } from './queueKeys.ts';
import { QueueLink } from './queueLink.ts';
import { settleReport, type Settled } from './settleReport.ts';
import type { SharedWork } from './sharedWork.ts';
import type { Task } from './task.ts';
import { WithdrawnAttempts } from './withdrawnAttempts.ts';

/** Work that a machine has or waits for: one image for every one under way keeps it busy between two reports. */
const WORK_PER_SLOT = 2;

/** Bounds what is in Redis, whatever the number of machines. */
const MAX_WINDOW = 2_000;

export interface HandOutsParts {
  readonly redis: Redis;
  /** Id of this coordinator, the same after a restart on the same list of jobs; requested once, at the first job. */
  readonly coordinator: () => string;
  /** Whether results of a machine may be mixed with ours; all if absent. */
  readonly isEqual?: (presence: Presence) => boolean;
  /** Called with remarks that are worth showing, once with each. */
  readonly onNote: (sentence: string) => void;
  readonly onFinished: (task: Task, result: EnlargeResult) => void;
  readonly onFailed: (task: Task, error: ErrorDto) => void;
  /** The task has to be done by someone else. */
  readonly onReturned: (task: Task) => void;
  /** Machines joined, left, or have room. */
  readonly onChange: () => void;
}

/**
 * The work given to other machines. Each attempt has a unique number and exactly one machine; only the result of
 * an attempt that is in this book is accepted, and accepting removes it.
 */
export class HandOuts {
  readonly #parts: HandOutsParts;
  readonly #link: QueueLink;
  readonly #roll = new MachineRoll();
  readonly #book = new HandOutBook();
  readonly #earlier: EarlierAttempts;
  /** Registered attempts that no longer count and are still in Redis. */
  readonly #toForget = new Set<string>();
  readonly #withdrawn = new WithdrawnAttempts();
  readonly #noted = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #isReachable = true;
  #isBalancing = false;
  #isClosed = false;
  #number = 0;

  constructor(parts: HandOutsParts) {
    this.#parts = parts;
    this.#link = new QueueLink({
      ...{ redis: parts.redis, coordinator: parts.coordinator },
      onReport: (report) => this.#receive(report),
      onInvalid: (problem) => {
        this.#note(problem);
      },
    });
    this.#earlier = new EarlierAttempts(this.#link);
  }

  /** How many jobs other machines can have at once. */
  get window(): number {
    const working = this.#roll.all.filter(({ presence }) => presence.state === 'working');
    const room = working.reduce((sum, { presence }) => sum + presence.capacity * WORK_PER_SLOT, 0);
    return Math.min(room, MAX_WINDOW);
  }

  /** Who is there, by name. */
  get machines(): readonly MachineView[] {
    return this.#roll.all.map(machineView).sort((a, b) => a.name.localeCompare(b.name, 'en'));
  }

  /** Whether it is worth preparing jobs for other machines. */
  get isUseful(): boolean {
    return this.#roll.all.length > 0 || this.#earlier.size > 0;
  }

  async start(): Promise<void> {
    await this.#earlier.load();
    this.#link.start();
    await this.#look();
    await this.#earlier.receiveReports();
    this.#lookAgain();
  }

  #lookAgain(): void {
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => {
        if (!this.#isClosed) this.#lookAgain();
      });
    }, BEAT_MS);
  }

  /** Gives a task to the machine with the most room. @returns Whether there was one. */
  offer(task: Task): boolean {
    const { shared } = task;
    if (!this.#isReachable || task.isLocalOnly || shared === undefined) return false;
    const [machine] = this.#roll.all
      .filter((each) => this.#mayHave(each, task, shared) && this.#book.loadOf(each) < WORK_PER_SLOT)
      .sort((a, b) => this.#book.loadOf(a) - this.#book.loadOf(b));
    if (machine === undefined) return false;
    void this.#send(task, shared, machine.id);
    return true;
  }

  #mayHave({ id, presence, lacks }: Machine, { excluded }: Task, { work }: SharedWork): boolean {
    const hasRoots = [work.source, work.folder].every(({ root }) => presence.roots.includes(root));
    const isEqual = this.#parts.isEqual?.(presence) ?? true;
    if (!isEqual) this.#note(`${presence.name} has another engine or program and gets no work.`);
    const isWorking = presence.state === 'working';
    return hasRoots && isEqual && isWorking && !excluded.has(id) && !lacks.has(work.modelHash);
  }

  async #send(task: Task, shared: SharedWork, machine: string): Promise<void> {
    const id = `${shared.attemptPrefix}-${++this.#number}`;
    const files = attemptFiles(path.dirname(task.job.tempPath), id);
    const record = { machine, workKey: shared.workKey };
    const handOut: HandOut = { id, task, machine, files, record, state: 'sending', ...NO_CHECKS };
    this.#book.add(handOut);
    const work: Work = { ...shared.work, attempt: id, coordinator: this.#link.coordinator };
    try {
      await this.#link.register(new Map([[id, record]]));
      await this.#link.send(machine, work, task.callbacks.priority ?? 0);
      handOut.state = 'sent';
      if (!this.#book.has(id)) await this.#link.recall(machine, id);
    } catch {
      this.#isReachable = false;
      this.#giveBack(handOut);
    }
  }

  /** Ends the attempts at a task. @returns Whether there was one. */
  withdraw(task: Task): boolean {
    const handOuts = this.#book.of(task);
    for (const handOut of handOuts) this.#drop(handOut);
    return handOuts.length > 0;
  }

  /** From here on no result of this attempt is accepted. */
  #drop({ id, machine, files }: HandOut): void {
    this.#book.remove(id);
    this.#toForget.add(id);
    this.#withdrawn.add(id, files);
    void this.#link.recall(machine, id).catch(() => false);
  }

  #giveBack(handOut: HandOut): void {
    if (this.#book.get(handOut.id) !== handOut) return;
    this.#drop(handOut);
    this.#parts.onReturned(handOut.task);
  }

  /** Takes back all work that no machine has begun. */
  recallAll(): void {
    for (const handOut of this.#book.all) void this.#recall(handOut);
  }

  async #recall(handOut: HandOut): Promise<void> {
    if (handOut.state !== 'sent') return;
    const isRecalled = await this.#link.recall(handOut.machine, handOut.id).catch(() => false);
    if (isRecalled) this.#giveBack(handOut);
    else handOut.state = 'begun';
  }

  /** Moves work that waits at one machine to where there is room now. @param localRoom Free places on this machine. */
  balance(localRoom: number): void {
    const isIdle = (machine: Machine): boolean =>
      machine.presence.state === 'working' && this.#book.loadOf(machine) < 1;
    if (this.#isBalancing || (localRoom <= 0 && !this.#roll.all.some(isIdle))) return;
    const waiting = this.#book.all.filter(({ state }) => state === 'sent');
    const [donor] = this.#roll.all
      .filter(
        (machine) => this.#book.loadOf(machine) > 1 && waiting.some((each) => each.machine === machine.id),
      )
      .sort((a, b) => this.#book.loadOf(b) - this.#book.loadOf(a));
    const handOut = waiting.findLast(({ machine }) => machine === donor?.id);
    if (handOut === undefined) return;
    this.#isBalancing = true;
    void this.#recall(handOut).finally(() => {
      this.#isBalancing = false;
      this.#parts.onChange();
    });
  }

  /** Uses what an earlier run received or is about to receive. @returns Whether the task is taken care of. */
  async claimEarlier(task: Task): Promise<boolean> {
    const { shared } = task;
    const found = shared && this.#earlier.take(shared.workKey);
    if (found === undefined) return false;
    const { attempt: id, record, report } = found;
    const files = attemptFiles(path.dirname(task.job.tempPath), id);
    const { machine } = record;
    const handOut: HandOut = { id, task, machine, files, record, state: 'begun', ...NO_CHECKS };
    this.#book.add(handOut);
    if (report !== undefined) await this.#receive(report);
    else if (this.#roll.get(machine) === undefined) {
      this.#drop(handOut);
      return false;
    }
    return true;
  }

  async #receive(report: WorkReport): Promise<void> {
    const { attempt, machine } = report;
    const handOut = this.#book.get(attempt);
    if (handOut?.machine === machine.id) {
      // Before anything else is awaited: a second report finds nothing.
      this.#book.remove(attempt);
      this.#toForget.add(attempt);
      this.#settle(handOut, report, await settleReport(handOut, report));
      return;
    }
    if (this.#earlier.note(report)) return;
    await this.#withdrawn.sweep(attempt);
    this.#note(`A late or foreign result of ${machine.name} was refused.`);
  }

  #settle({ task, machine }: HandOut, report: WorkReport, settled: Settled): void {
    switch (settled.kind) {
      case 'finished':
        this.#parts.onFinished(task, settled.result);
        return;
      case 'failed':
        this.#parts.onFailed(task, settled.error);
        return;
      case 'elsewhere':
        this.#note(`${report.machine.name}: ${settled.reason}`);
        if (settled.lacksModel) this.#roll.get(machine)?.lacks.add(task.shared?.work.modelHash ?? '');
        else task.excluded.add(machine);
        task.isLocalOnly ||= settled.isLocalOnly;
        this.#parts.onReturned(task);
        return;
    }
  }

  async #look(): Promise<void> {
    const found = await this.#link.machines().catch(() => undefined);
    if (this.#isClosed) return;
    this.#isReachable = found !== undefined;
    for (const { id, presence } of this.#roll.look(found)) {
      const handOuts = this.#book.heldBy(id);
      if (handOuts.length > 0) this.#note(`${presence.name} is gone; its work goes to others.`);
      for (const handOut of handOuts) this.#giveBack(handOut);
      if (this.#isReachable) void this.#link.dropMachine(id);
    }
    if (this.#isReachable) await this.#reconcile().catch(() => undefined);
    this.#parts.onChange();
  }

  /** Compares the book with what machines report and with what is in Redis, which may have lost everything. */
  async #reconcile(): Promise<void> {
    for (const machine of this.#roll.all) await this.#follow(machine);
    const registered = await this.#link.attempts();
    const missing = this.#book.all.filter(({ id }) => !registered.has(id));
    await this.#link.renew(new Map(missing.map(({ id, record }) => [id, record])));
    const counts = (id: string): boolean => this.#book.has(id) || this.#earlier.has(id);
    const forgotten = [...this.#toForget, ...[...registered.keys()].filter((id) => !counts(id))];
    await this.#link.forget(forgotten);
    for (const id of forgotten) this.#toForget.delete(id);
  }

  async #follow({ id, presence }: Machine): Promise<void> {
    const sentTo = (machine: string): Promise<Set<string>> => this.#link.sentTo(machine);
    const { lost, unbegun } = await followMachine(presence, this.#book.heldBy(id), sentTo);
    for (const handOut of lost) this.#giveBack(handOut);
    for (const handOut of unbegun) await this.#recall(handOut);
  }

  #note(sentence: string): void {
    if (this.#noted.has(sentence) || this.#noted.size > 1_000) return;
    this.#noted.add(sentence);
    this.#parts.onNote(sentence);
  }

  /** Ends within seconds. @returns The tasks that were under way elsewhere. */
  async close(): Promise<Task[]> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    const handOuts = this.#book.all;
    for (const handOut of handOuts) this.#drop(handOut);
    await this.#link.forget([...this.#toForget, ...this.#earlier.all]).catch(() => undefined);
    await this.#link.close();
    // A machine may have written another file before it learned of it.
    await this.#withdrawn.sweepAll();
    return handOuts.map(({ task }) => task);
  }
}
