/**
 * @file Workers on other machines; the room in the order of a job's life. `machinePool.ts` receives a job and prepares
 * it (`sharedWork.ts`, `roots.ts`). It goes to the local pool or, as an attempt (`handOuts.ts`, `attemptFiles.ts`,
 * `withdrawnAttempts.ts`), to a machine that `machineRoll.ts` knows, through `queueLink.ts` (`redisConnection.ts`, `queueKeys.ts`, `messages.ts`).
 * There `workerMachine.ts` does it (`machineWork.ts`) and reports back, and `adoptResult.ts` makes the file that of the
 * job. `openMachines.ts` joins the coordinator's parts.
 */
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { fromErrorDto } from '../api/errors.ts';
import type { MachineView } from '../api/contract.ts';
import type { DeviceView } from '../api/views.ts';
import type { JobPool, PoolListener } from '../pool/jobPool.ts';
import type { PoolJob, EnlargeResult } from '../pool/messages.ts';
import { cancelledError, type JobCallbacks } from '../pool/pendingJob.ts';
import { HandOuts, type HandOutsParts } from './handOuts.ts';
import { sharedWorkOf, type SharedWorkParts } from './sharedWork.ts';
import type { Task } from './task.ts';

export interface MachinePoolParts
  extends SharedWorkParts, Omit<HandOutsParts, 'onFinished' | 'onReturned' | 'onFailed' | 'onChange'> {
  readonly local: JobPool;
  /** Deletes files that attempts of vanished coordinators left in a folder. */
  readonly sweepFolder?: (folder: string) => Promise<void>;
}

/**
 * A pool whose workers are on this machine and on others. A job whose files are not shared stays here. Without a
 * connection all jobs do.
 */
export class MachinePool implements JobPool {
  readonly #parts: MachinePoolParts;
  readonly #handOuts: HandOuts;
  readonly #waiting = new Set<Task>();
  /** Where other machines may have written. */
  readonly #folders = new Set<string>();
  #listener: PoolListener = {};
  #started: Promise<void> | undefined;
  #localRunning = 0;
  #order = 0;
  #isPaused = false;
  #isClosed = false;
  #lastCapacity: number;

  constructor(parts: MachinePoolParts) {
    this.#parts = parts;
    this.#lastCapacity = parts.local.capacity;
    this.#handOuts = new HandOuts({
      ...parts,
      onFinished: (task, result) => {
        task.resolve(result);
        this.#supply();
      },
      onFailed: (task, error) => {
        task.reject(fromErrorDto(error));
        this.#supply();
      },
      onReturned: (task) => {
        this.#putBack(task);
      },
      onChange: () => {
        this.#noteCapacity();
        this.#supply();
      },
    });
  }

  get capacity(): number {
    return this.#parts.local.capacity + this.#handOuts.window;
  }

  listen(listener: PoolListener): void {
    this.#listener = listener;
    this.#parts.local.listen?.(listener);
  }

  listDevices(probe: boolean): Promise<readonly DeviceView[]> {
    return this.#parts.local.listDevices(probe);
  }

  async listMachines(): Promise<readonly MachineView[]> {
    await this.#start();
    return this.#handOuts.machines;
  }

  warmUp(): void {
    this.#parts.local.warmUp?.();
  }

  async run(job: PoolJob, callbacks: JobCallbacks): Promise<EnlargeResult> {
    if (callbacks.signal.aborted || this.#isClosed) throw cancelledError();
    // The local pool listens to it as well.
    setMaxListeners(0, callbacks.signal);
    let cancel: (() => void) | undefined;
    try {
      return await new Promise<EnlargeResult>((resolve, reject) => {
        const task: Task = {
          ...{ job, callbacks, order: ++this.#order, excluded: new Set(), shared: undefined },
          ...{ resolve, reject, isLocalOnly: false },
        };
        cancel = () => {
          this.#cancel(task);
        };
        callbacks.signal.addEventListener('abort', cancel);
        void this.#prepare(task);
      });
    } finally {
      if (cancel !== undefined) callbacks.signal.removeEventListener('abort', cancel);
    }
  }

  pause(): void {
    this.#isPaused = true;
    this.#parts.local.pause?.();
    this.#handOuts.recallAll();
  }

  resume(): void {
    this.#isPaused = false;
    this.#parts.local.resume?.();
    this.#supply();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const task of this.#waiting) task.reject(cancelledError());
    this.#waiting.clear();
    await this.#started;
    for (const task of await this.#handOuts.close()) task.reject(cancelledError());
    for (const folder of this.#folders) await this.#parts.sweepFolder?.(folder).catch(() => undefined);
    await this.#parts.local.close();
  }

  /** Looks for machines, and for what an earlier run left to them, before the first job. */
  #start(): Promise<void> {
    return (this.#started ??= this.#handOuts.start());
  }

  async #prepare(task: Task): Promise<void> {
    await this.#start();
    if (this.#handOuts.isUseful) {
      task.shared = await sharedWorkOf(task.job, this.#parts).catch(() => undefined);
      if (task.shared !== undefined) this.#folders.add(path.dirname(task.job.tempPath));
      if (task.shared !== undefined && (await this.#handOuts.claimEarlier(task))) return;
    }
    this.#putBack(task);
  }

  #putBack(task: Task): void {
    if (task.callbacks.signal.aborted || this.#isClosed) task.reject(cancelledError());
    else {
      this.#waiting.add(task);
      this.#supply();
    }
  }

  #cancel(task: Task): void {
    const wasHere = this.#waiting.delete(task) || this.#handOuts.withdraw(task);
    // Workers on this machine learn of it directly.
    if (wasHere) task.reject(cancelledError());
  }

  #supply(): void {
    if (this.#isPaused || this.#isClosed) return;
    for (const task of inOrder(this.#waiting)) {
      if (this.#localRunning < this.#parts.local.capacity) this.#runHere(task);
      else if (this.#handOuts.offer(task)) this.#waiting.delete(task);
    }
    if (this.#waiting.size === 0) this.#handOuts.balance(this.#parts.local.capacity - this.#localRunning);
  }

  #runHere(task: Task): void {
    this.#waiting.delete(task);
    this.#localRunning++;
    const ended = this.#parts.local.run(task.job, task.callbacks);
    void ended.then(task.resolve, task.reject).finally(() => {
      this.#localRunning--;
      this.#supply();
    });
  }

  #noteCapacity(): void {
    const before = this.#lastCapacity;
    this.#lastCapacity = this.capacity;
    if (this.#lastCapacity > before) this.#listener.onCapacity?.();
  }
}

/** By priority, then in order of arrival: the lower number goes first. */
function inOrder(tasks: Iterable<Task>): Task[] {
  return [...tasks].sort(
    (a, b) => (a.callbacks.priority ?? 0) - (b.callbacks.priority ?? 0) || a.order - b.order,
  );
}
