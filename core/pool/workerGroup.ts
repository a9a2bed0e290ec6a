import type { WorkerEnd } from './endings.ts';
import { failedWorker, type WorkerExit, type WorkerHandle, type WorkerLauncher } from './launcher.ts';
import type { EnlargeJob, FromWorker, LogLevel, LogValues, ToWorker } from './messages.ts';
import { parseWorkerMessage } from './parseWorkerMessage.ts';
import { PooledWorker, type EndCause, type WorkerState } from './pooledWorker.ts';
import { noteWarmUp, recycleReason } from './recycling.ts';
import { EXIT_GRACE_MS, LOOK_INTERVAL_MS, superviseWorker, type SupervisionLimits } from './supervision.ts';

export type JobMessage = Extract<FromWorker, { attemptId: number }>;

export interface WorkerGroupOptions {
  readonly launch: WorkerLauncher;
  readonly limits: SupervisionLimits;
  /** Maximum number of workers that serve a queue at once. */
  readonly workersIn: (queue: string) => number;
  /** Whether a queue has room for a worker in addition to the one that it replaces; a graphics device's memory may not. */
  readonly mayOverlap: (queue: string) => boolean;
  /** Whether jobs wait in a queue. */
  readonly isWanted: (queue: string) => boolean;
  readonly onJobMessage: (worker: PooledWorker, message: JobMessage) => void;
  /** A worker is gone; its jobs are in `attempts` still. */
  readonly onGone: (worker: PooledWorker, end: WorkerEnd) => void;
  /** There may be room for jobs in line. */
  readonly onRoom: () => void;
  readonly onLog: (level: LogLevel, text: string, values: LogValues) => void;
}

/**
 * The processes of a pool: starts them, receives their messages, and replaces those that die, hang, grow or have served
 * long enough.
 */
export class WorkerGroup {
  readonly #options: WorkerGroupOptions;
  readonly #workers = new Set<PooledWorker>();
  readonly #looking: NodeJS.Timeout;
  #nowMs = 0;
  #isPaused = false;

  constructor(options: WorkerGroupOptions) {
    this.#options = options;
    this.#looking = setInterval(() => {
      this.#look();
    }, LOOK_INTERVAL_MS);
    this.#looking.unref();
  }

  /** Time of supervision so far. It stops while this machine sleeps. */
  get nowMs(): number {
    return this.#nowMs;
  }

  get workers(): Iterable<PooledWorker> {
    return this.#workers;
  }

  /** The workers that serve a queue. */
  serving(queue: string): PooledWorker[] {
    return [...this.#workers].filter((worker) => worker.queue === queue && worker.state.kind === 'serving');
  }

  /** Whether a queue may have one more worker. One that was killed counts until it is gone: it still has its memory. */
  canStart(queue: string): boolean {
    const { workersIn, mayOverlap } = this.#options;
    const own = [...this.#workers].filter((worker) => worker.queue === queue);
    const counted = mayOverlap(queue) ? own.filter((worker) => this.#takesAPlace(worker)) : own;
    return counted.length < workersIn(queue);
  }

  #takesAPlace({ state }: PooledWorker): boolean {
    switch (state.kind) {
      case 'serving':
      case 'ending':
        return true;
      case 'warming':
        return !this.#workers.has(state.predecessor);
      default:
        return false;
    }
  }

  start(queue: string, state: WorkerState = { kind: 'serving' }): PooledWorker {
    const worker = new PooledWorker(this.#launch(), queue, state, this.#nowMs);
    this.#workers.add(worker);
    if (this.#isPaused) worker.handle.send({ type: 'pause' });
    worker.handle.onMessage((message) => {
      this.#hear(worker, message);
    });
    worker.handle.onExit((exit) => {
      this.#bury(worker, exit);
    });
    return worker;
  }

  /** Starts a worker for a queue without one, and makes it load what a job needs. */
  warmUp(queue: string, job: EnlargeJob | undefined): void {
    if ([...this.#workers].some((worker) => worker.queue === queue)) return;
    const worker = this.start(queue);
    if (job !== undefined) worker.handle.send({ type: 'warm', job });
  }

  pause(): void {
    this.#isPaused = true;
    this.#tellAll({ type: 'pause' });
  }

  resume(): void {
    this.#isPaused = false;
    this.#tellAll({ type: 'resume' });
  }

  /** Kills a worker. Its jobs wait until it is gone: two processes must not write to one file. */
  end(worker: PooledWorker, cause: EndCause): void {
    const { state } = worker;
    if (state.kind === 'ending') return;
    worker.state = { kind: 'ending', cause, sinceMs: this.#nowMs };
    if (state.kind === 'warming') this.#retire(state.predecessor);
    worker.handle.kill();
  }

  /** Kills workers that have work and lets the others end by themselves. */
  close(): void {
    clearInterval(this.#looking);
    for (const worker of this.#workers) {
      if (worker.attempts.size > 0) this.end(worker, { kind: 'closed' });
      else if (worker.state.kind !== 'ending') this.#dismiss(worker);
    }
  }

  #tellAll(message: ToWorker): void {
    for (const { handle } of this.#workers) handle.send(message);
  }

  #launch(): WorkerHandle {
    try {
      return this.#options.launch();
    } catch (error) {
      return failedWorker(error instanceof Error ? error.message : String(error));
    }
  }

  #hear(worker: PooledWorker, raw: unknown): void {
    // Messages of a worker that was ended or is gone come too late: its jobs may be under way on another.
    if (!this.#workers.has(worker) || worker.state.kind === 'ending') return;
    const message = parseWorkerMessage(raw);
    if (message === undefined) {
      this.end(worker, { kind: 'garbage' });
      return;
    }
    worker.heard(this.#nowMs);
    if ('attemptId' in message) this.#options.onJobMessage(worker, message);
    else if (message.type === 'alive') worker.toldResidentBytes = message.residentBytes;
    else if (message.type === 'warmed') this.#takeOver(worker);
    else if (message.type === 'log') {
      this.#options.onLog(message.level, message.text, { ...message.values, ...pidOf(worker) });
    }
  }

  #look(): void {
    this.#nowMs += LOOK_INTERVAL_MS;
    for (const worker of this.#workers) {
      const { state, residentBytes } = worker;
      if (state.kind === 'ending' || state.kind === 'leaving') {
        this.#hurry(worker, state);
        continue;
      }
      noteWarmUp(worker, residentBytes);
      const cause = superviseWorker(worker, residentBytes, this.#nowMs, this.#options.limits);
      if (cause !== undefined) this.end(worker, cause);
      else if (state.kind === 'serving' && !this.#isPaused) this.#recycle(worker, residentBytes);
      else if (state.kind === 'retiring' && worker.attempts.size === 0) this.#dismiss(worker);
    }
  }

  #hurry(worker: PooledWorker, state: Extract<WorkerState, { kind: 'ending' | 'leaving' }>): void {
    if (this.#nowMs - state.sinceMs < EXIT_GRACE_MS) return;
    if (state.kind === 'ending') this.#bury(worker, { how: 'it could not be ended', wasKilled: true });
    else this.end(worker, { kind: 'closed' });
  }

  #recycle(worker: PooledWorker, residentBytes: number): void {
    const reason = worker.hasSuccessor ? undefined : recycleReason(worker, residentBytes, this.#nowMs);
    if (reason === undefined) return;
    const { queue, lastJob } = worker;
    this.#options.onLog('info', 'A worker has served long enough and is replaced.', {
      reason,
      ...pidOf(worker),
    });
    if (lastJob === undefined || (worker.attempts.size === 0 && !this.#options.isWanted(queue))) {
      this.#dismiss(worker);
      return;
    }
    if (!this.#options.mayOverlap(queue)) {
      this.#retire(worker);
      return;
    }
    worker.hasSuccessor = true;
    const successor = this.start(queue, { kind: 'warming', predecessor: worker });
    successor.handle.send({ type: 'warm', job: lastJob });
  }

  /** A new worker is as warm as the one that it replaces. */
  #takeOver(worker: PooledWorker): void {
    if (worker.state.kind !== 'warming') return;
    this.#retire(worker.state.predecessor);
    worker.state = { kind: 'serving' };
    this.#options.onRoom();
  }

  /** From now on it gets no more jobs; it is terminated once its last one is done. */
  #retire(worker: PooledWorker): void {
    if (worker.state.kind === 'serving') worker.state = { kind: 'retiring' };
  }

  #dismiss(worker: PooledWorker): void {
    worker.state = { kind: 'leaving', sinceMs: this.#nowMs };
    worker.handle.send({ type: 'shutdown' });
  }

  #bury(worker: PooledWorker, exit: WorkerExit): void {
    if (!this.#workers.delete(worker)) return;
    const { state } = worker;
    if (state.kind === 'warming') this.#retire(state.predecessor);
    if (state.kind !== 'leaving') {
      const cause = state.kind === 'ending' ? state.cause : undefined;
      const jobs = worker.attempts.size;
      this.#options.onLog('warn', 'A worker ended.', {
        how: exit.how,
        cause: cause?.kind ?? 'none',
        jobs,
        ...pidOf(worker),
      });
      this.#options.onGone(worker, { ...exit, cause });
    }
    this.#options.onRoom();
  }
}

function pidOf({ handle }: PooledWorker): LogValues {
  return handle.pid === undefined ? {} : { pid: handle.pid };
}
