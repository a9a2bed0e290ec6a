import { EnhancerError, fromErrorDto } from '../api/errors.ts';
import type { WorkerHandle, WorkerLauncher } from './launcher.ts';
import type { EnhanceJob, EnhanceResult, FromWorker } from './messages.ts';

export interface WorkerPoolOptions {
  readonly launch: WorkerLauncher;
  readonly workers: number;
  /** A worker that says nothing for so long while it has work is taken for hung and replaced. */
  readonly silenceMs: number;
}

export interface JobCallbacks {
  readonly onProgress: (tilesDone: number, tilesTotal: number) => void;
  readonly signal: AbortSignal;
}

/** Silence after which a worker counts as hung. One tile on a slow processor takes a few seconds. */
export const WORKER_SILENCE_MS = 180_000;

/** Jobs given to one worker at a time: one that is decoded, one at the engine, one that is encoded. */
const JOBS_PER_WORKER = 3;

/** A job whose worker dies gets one more try on a fresh worker, alone. */
const MAX_ATTEMPTS = 2;

interface PendingJob {
  readonly job: EnhanceJob;
  readonly callbacks: JobCallbacks;
  readonly resolve: (result: EnhanceResult) => void;
  readonly reject: (error: EnhancerError) => void;
  attempts: number;
}

interface PooledWorker {
  readonly handle: WorkerHandle;
  readonly jobs: Map<number, PendingJob>;
  lastHeardAtMs: number;
}

/** Runs jobs on worker processes, keeps every worker supplied, and replaces those that die or hang. */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<PooledWorker>();
  readonly #watchdog: NodeJS.Timeout;
  #queue: PendingJob[] = [];
  #closed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    this.#watchdog = setInterval(() => {
      this.#killSilent();
    }, options.silenceMs / 4);
    this.#watchdog.unref();
  }

  /** How many jobs can be under way at once; more wait in line. */
  get capacity(): number {
    return this.#options.workers * JOBS_PER_WORKER;
  }

  /**
   * Runs a job to its end.
   *
   * @throws EnhancerError with the job's own code, `job/cancelled`, `worker/crashed` or `worker/timeout`.
   */
  run(job: EnhanceJob, callbacks: JobCallbacks): Promise<EnhanceResult> {
    return new Promise((resolve, reject) => {
      const { signal } = callbacks;
      const cancel = (): void => {
        this.#cancel(pending);
      };
      const settle = (end: () => void): void => {
        signal.removeEventListener('abort', cancel);
        end();
      };
      const pending: PendingJob = {
        job,
        callbacks,
        resolve: (result) => {
          settle(() => {
            resolve(result);
          });
        },
        reject: (error) => {
          settle(() => {
            reject(error);
          });
        },
        attempts: 0,
      };
      signal.addEventListener('abort', cancel);
      this.#queue.push(pending);
      if (signal.aborted || this.#closed) this.#cancel(pending);
      this.#supply();
    });
  }

  /** Lets idle workers end by themselves and kills those that still work; jobs in line are cancelled. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#watchdog);
    for (const pending of this.#queue) this.#cancel(pending);
    for (const worker of this.#workers) {
      if (worker.jobs.size > 0) worker.handle.kill();
      else worker.handle.send({ type: 'shutdown' });
    }
  }

  /** Starts a worker before there is a job for it, so that it loads while pictures are looked for. */
  warmUp(): void {
    if (this.#workers.size === 0) this.#startWorker();
  }

  #supply(): void {
    while (this.#queue.length > 0 && !this.#closed) {
      const worker = this.#roomiestWorker();
      const pending = worker && this.#queue.shift();
      if (worker === undefined || pending === undefined) return;
      worker.jobs.set(pending.job.id, pending);
      worker.lastHeardAtMs = Date.now();
      pending.attempts++;
      worker.handle.send({ type: 'enhance', job: pending.job });
    }
  }

  /** The worker with the fewest jobs; a new one while there may be more and all have work. */
  #roomiestWorker(): PooledWorker | undefined {
    const [first] = this.#queue;
    const byLoad = [...this.#workers].sort((a, b) => a.jobs.size - b.jobs.size);
    const roomiest = byLoad[0];
    if (roomiest?.jobs.size === 0) return roomiest;
    if (this.#workers.size < this.#options.workers) return this.#startWorker();
    // A job that already brought a worker down runs alone, so that it can take no other with it.
    const mustRunAlone = first !== undefined && first.attempts > 0;
    const holdsSuspect =
      roomiest !== undefined && [...roomiest.jobs.values()].some(({ attempts }) => attempts > 1);
    if (roomiest === undefined || mustRunAlone || holdsSuspect) return undefined;
    return roomiest.jobs.size < JOBS_PER_WORKER ? roomiest : undefined;
  }

  #startWorker(): PooledWorker {
    const worker: PooledWorker = {
      handle: this.#options.launch(),
      jobs: new Map(),
      lastHeardAtMs: Date.now(),
    };
    this.#workers.add(worker);
    worker.handle.onMessage((message) => {
      worker.lastHeardAtMs = Date.now();
      this.#receive(worker, message);
    });
    worker.handle.onExit((how) => {
      this.#bury(
        worker,
        new EnhancerError('worker/crashed', `The worker that made this picture died: ${how}.`),
      );
    });
    return worker;
  }

  #receive(worker: PooledWorker, message: FromWorker): void {
    // What a dead worker still said is too late: its jobs may be under way on another.
    if (!('jobId' in message) || !this.#workers.has(worker)) return;
    const pending = worker.jobs.get(message.jobId);
    if (pending === undefined) return;
    if (message.type === 'progress') {
      pending.callbacks.onProgress(message.tilesDone, message.tilesTotal);
      return;
    }
    worker.jobs.delete(message.jobId);
    if (message.type === 'finished') pending.resolve(message.result);
    else pending.reject(fromErrorDto(message.error));
    this.#supply();
  }

  #cancel(pending: PendingJob): void {
    if (this.#queue.includes(pending)) {
      this.#queue = this.#queue.filter((other) => other !== pending);
      pending.reject(new EnhancerError('job/cancelled', 'The job was cancelled.'));
      return;
    }
    for (const worker of this.#workers) {
      if (worker.jobs.get(pending.job.id) === pending) {
        worker.handle.send({ type: 'cancel', jobId: pending.job.id });
      }
    }
  }

  #killSilent(): void {
    const now = Date.now();
    for (const worker of this.#workers) {
      if (worker.jobs.size === 0 || now - worker.lastHeardAtMs < this.#options.silenceMs) continue;
      worker.handle.kill();
      const seconds = Math.round(this.#options.silenceMs / 1000);
      this.#bury(
        worker,
        new EnhancerError('worker/timeout', `The worker said nothing for ${seconds} s and was ended.`),
      );
    }
  }

  /** Takes a dead worker out of the pool and its jobs back into the line, or gives them up. */
  #bury(worker: PooledWorker, cause: EnhancerError): void {
    if (!this.#workers.delete(worker)) return;
    const again: PendingJob[] = [];
    for (const pending of worker.jobs.values()) {
      if (pending.callbacks.signal.aborted) {
        pending.reject(new EnhancerError('job/cancelled', 'The job was cancelled.'));
      } else if (this.#closed || pending.attempts >= MAX_ATTEMPTS) pending.reject(cause);
      else again.push(pending);
    }
    this.#queue = [...again, ...this.#queue];
    this.#supply();
  }
}
