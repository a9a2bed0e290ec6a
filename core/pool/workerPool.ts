/**
 * @file What does the work; the room in the order of a job's life. `jobPool.ts` is the interface of every pool, and
 * `localPool.ts` the pool of this machine, with its devices and threads. `workerPool.ts` accepts a job: `placement.ts`
 * chooses a queue (`deviceQueues.ts`) and a worker, whose number `workerPlan.ts` decides. `workerGroup.ts` starts
 * workers through a `launcher.ts` (`utilityLauncher.ts` in Electron) and exchanges `messages.ts` with them, read by
 * `parseWorkerMessage.ts`; `pooledWorker.ts` is one of them, `pendingJob.ts` one job. `supervision.ts` watches them
 * (`deadlines.ts`, `residentBytes.ts`, `recycling.ts`). After a crash, `endings.ts` judges the jobs, `tileLimits.ts`
 * makes tiles smaller, and `troubleWatch.ts` notices if it happens too often.
 */
import { fromErrorDto, type ErrorDto } from '../api/errors.ts';
import { DEFAULT_DEADLINES, TilePace, type Deadlines } from './deadlines.ts';
import { crashReason, judgeJobs, type WorkerEnd } from './endings.ts';
import { DeviceQueues } from './deviceQueues.ts';
import type { WorkerLauncher } from './launcher.ts';
import type { PoolListener } from './jobPool.ts';
import type { EnlargeJob, EnlargeResult, LogLevel, LogValues } from './messages.ts';
import { cancelledError, isCancelled, type JobCallbacks, type PendingJob } from './pendingJob.ts';
import { JOBS_PER_WORKER, placeJob } from './placement.ts';
import type { Attempt, PooledWorker } from './pooledWorker.ts';
import { halfTile, TileLimits } from './tileLimits.ts';
import { TroubleWatch } from './troubleWatch.ts';
import { WorkerGroup, type JobMessage } from './workerGroup.ts';
import { machineSize, planWorkers } from './workerPlan.ts';

export interface WorkerPoolOptions {
  readonly launch: WorkerLauncher;
  /** Processes for the processor; every graphics device has a separate one in addition. */
  readonly workers: number;
  /** A worker that is silent for this long while its jobs wait counts as hung and is replaced. */
  readonly silenceMs?: number;
  readonly deadlines?: Partial<Deadlines>;
  /** Resident memory at which a worker is replaced; chosen from the machine's memory where absent. */
  readonly memoryCeilingBytes?: number | undefined;
  /**
   * Which graphics device a job's first device, or its choice, means, as any name; undefined for the processor. Where
   * absent, numbers mean graphics devices.
   */
  readonly graphicsDevice?: (choice: string) => string | undefined;
  readonly onLog?: (level: LogLevel, text: string, values: LogValues) => void;
}

/** Silence after which a worker counts as hung whose jobs only wait. */
const WORKER_SILENCE_MS = 180_000;

const PROCESSOR_QUEUE = 'processor';

function numberedDevice(choice: string): string | undefined {
  return /^\d+$/.test(choice) ? choice : undefined;
}

/**
 * Runs jobs on worker processes, in the order of their priority, and runs each to completion whatever happens to
 * workers.
 */
export class WorkerPool {
  readonly #options: WorkerPoolOptions;
  readonly #group: WorkerGroup;
  readonly #queues = new DeviceQueues();
  readonly #pace = new TilePace();
  readonly #tileLimits = new TileLimits();
  readonly #trouble = new TroubleWatch();
  #listener: PoolListener = {};
  #lastNumber = 0;
  #isPaused = false;
  #isClosed = false;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
    const { launch, workers, memoryCeilingBytes, silenceMs = WORKER_SILENCE_MS } = options;
    const plan = planWorkers(machineSize(), { workers, memoryCeilingBytes });
    const deadlines = { ...DEFAULT_DEADLINES, ...options.deadlines };
    this.#group = new WorkerGroup({
      launch,
      limits: { ...plan, deadlines, silenceMs, pace: this.#pace },
      workersIn: (queue) => (queue === PROCESSOR_QUEUE ? workers : 1),
      mayOverlap: (queue) => queue === PROCESSOR_QUEUE,
      isWanted: (queue) => this.#queues.has(queue),
      onJobMessage: (worker, message) => {
        this.#hear(worker, message);
      },
      onGone: (worker, end) => {
        this.#takeBack(worker, end);
      },
      onRoom: () => {
        this.#supply();
      },
      onLog: (level, text, values) => options.onLog?.(level, text, values),
    });
  }

  /** How many jobs can be under way at once; more wait in the queue. */
  get capacity(): number {
    return this.#options.workers * JOBS_PER_WORKER;
  }

  /**
   * Runs a job to the end.
   *
   * @throws EnlargerError with the job's own code, `job/cancelled`, `worker/crashed`, `worker/timeout` or
   * `worker/out-of-memory`.
   */
  run(job: EnlargeJob, callbacks: JobCallbacks): Promise<EnlargeResult> {
    const { signal, priority = 0 } = callbacks;
    if (signal.aborted || this.#isClosed) return Promise.reject(cancelledError());
    return new Promise<EnlargeResult>((resolve, reject) => {
      const cancel = (): void => {
        this.#cancel(pending);
      };
      const pending: PendingJob = {
        job,
        queue: this.#queueOf(job),
        priority,
        order: ++this.#lastNumber,
        callbacks,
        resolve: (result) => {
          signal.removeEventListener('abort', cancel);
          resolve(result);
        },
        reject: (error) => {
          signal.removeEventListener('abort', cancel);
          reject(error);
        },
        provenCrashes: 0,
        failedStarts: 0,
        outsideKills: 0,
        memoryKills: 0,
        mustRunAlone: false,
        tile: job.settings.tile,
      };
      signal.addEventListener('abort', cancel);
      this.#queues.add(pending);
      this.#supply();
    });
  }

  /** Running jobs stop before their next tile and keep their place, no more are begun, and all processes stay warm. */
  pause(): void {
    this.#isPaused = true;
    this.#group.pause();
  }

  resume(): void {
    this.#isPaused = false;
    this.#group.resume();
    this.#supply();
  }

  /** `onTrouble` is called when three workers died within a minute, and no image was finished in between. */
  listen(listener: PoolListener): void {
    this.#listener = listener;
  }

  /** Lets idle workers end by themselves and kills those that still work; jobs in line are cancelled. */
  close(): void {
    this.#isClosed = true;
    for (const pending of this.#queues.clear()) pending.reject(cancelledError());
    this.#group.close();
  }

  /**
   * Starts a worker before there is a job for it, so that it loads while images are looked for.
   *
   * @param job One like those to come: its models are loaded, too.
   */
  warmUp(job?: EnlargeJob): void {
    if (!this.#isClosed) this.#group.warmUp(job === undefined ? PROCESSOR_QUEUE : this.#queueOf(job), job);
  }

  #queueOf({ settings, devices }: EnlargeJob): string {
    const choice = devices?.[0] ?? settings.device;
    const device = (this.#options.graphicsDevice ?? numberedDevice)(choice);
    return device === undefined ? PROCESSOR_QUEUE : `graphics ${device}`;
  }

  /** Hands out waiting jobs, in order, to workers of the queue that each one needs. */
  #supply(): void {
    if (this.#isPaused || this.#isClosed) return;
    const full = new Set<string>();
    // All jobs of a queue that must run alone wait for one and the same worker; the others stay supplied.
    const reserved = new Map<string, PooledWorker>();
    for (const pending of this.#queues.inOrder()) {
      const { queue, mustRunAlone } = pending;
      const waitsAlready = mustRunAlone && reserved.has(queue);
      if (full.has(queue) || waitsAlready) continue;
      const serving = this.#group.serving(queue).filter((worker) => worker !== reserved.get(queue));
      const placement = placeJob(pending, serving, this.#group.canStart(queue));
      if (placement.kind === 'wait') {
        if (placement.reserved === undefined) full.add(queue);
        else reserved.set(queue, placement.reserved);
        this.#recallFor(pending);
      } else {
        this.#queues.remove(pending);
        this.#give(pending, placement.kind === 'worker' ? placement.worker : this.#group.start(queue));
      }
    }
  }

  #give(pending: PendingJob, worker: PooledWorker): void {
    pending.tile = this.#tileLimits.tileFor(pending.job, pending.tile);
    const fresh = { stage: undefined, megapixels: undefined, elapsedMs: 0, isRecalled: false };
    worker.give({ attemptId: ++this.#lastNumber, pending, ...fresh }, this.#group.nowMs);
  }

  /** Requests jobs back from one worker that have not reached its engine and are less urgent than another. */
  #recallFor({ queue, priority }: PendingJob): void {
    for (const worker of this.#group.serving(queue)) {
      const open = [...worker.attempts.values()].filter(
        ({ pending, stage }) =>
          pending.priority > priority && (stage === undefined || stage === 'wait' || stage === 'decode'),
      );
      for (const attempt of open.filter(({ isRecalled }) => !isRecalled)) {
        attempt.isRecalled = true;
        worker.handle.send({ type: 'cancel', attemptId: attempt.attemptId });
      }
      if (open.length > 0) return;
    }
  }

  #hear(worker: PooledWorker, message: JobMessage): void {
    const attempt = worker.attempts.get(message.attemptId);
    if (attempt === undefined) return;
    if (message.type === 'stage') {
      worker.enterStage(attempt, message.stage, message.megapixels);
    } else if (message.type === 'progress') {
      worker.finishTile(attempt, this.#pace);
      attempt.pending.callbacks.onProgress(message.tilesDone, message.tilesTotal);
    } else {
      worker.release(attempt);
      if (message.type === 'failed') this.#fail(worker, attempt, message.error);
      else {
        this.#trouble.finished();
        attempt.pending.resolve(message.result);
      }
      this.#supply();
    }
  }

  #fail(worker: PooledWorker, { pending, isRecalled }: Attempt, error: ErrorDto): void {
    if (error.code === 'job/cancelled' && isRecalled && !isCancelled(pending)) this.#tryAgain(pending);
    else if (error.code === 'engine/out-of-memory') this.#halveTiles(worker, pending, error);
    else pending.reject(fromErrorDto(error));
  }

  /** A session on a graphics device is unusable once its memory has run out: only a new process helps. */
  #halveTiles(worker: PooledWorker, pending: PendingJob, error: ErrorDto): void {
    this.#group.end(worker, { kind: 'engine-memory' });
    const tile = halfTile(pending.tile);
    if (tile === undefined) {
      pending.reject(fromErrorDto(error));
      return;
    }
    pending.tile = tile;
    this.#tileLimits.remember(pending.job, tile);
    const { device, model } = pending.job.settings;
    const text = 'A device has too little memory; its tiles are halved.';
    this.#options.onLog?.('warn', text, { tile, device, model });
    this.#tryAgain(pending);
  }

  #tryAgain(pending: PendingJob): void {
    if (this.#isClosed || isCancelled(pending)) pending.reject(cancelledError());
    else this.#queues.add(pending);
  }

  #cancel(pending: PendingJob): void {
    if (this.#queues.remove(pending)) {
      pending.reject(cancelledError());
      return;
    }
    for (const worker of this.#group.workers) {
      for (const attempt of worker.attempts.values()) {
        if (attempt.pending !== pending) continue;
        attempt.cancelledAtMs ??= this.#group.nowMs;
        worker.handle.send({ type: 'cancel', attemptId: attempt.attemptId });
      }
    }
  }

  /** Puts the jobs of a worker that is gone back into the queue, or gives them up. */
  #takeBack(worker: PooledWorker, end: WorkerEnd): void {
    const isTrouble = this.#isTrouble(worker, end);
    for (const { pending, giveUp } of judgeJobs(worker, end)) {
      if (giveUp === undefined || isCancelled(pending)) this.#tryAgain(pending);
      else pending.reject(giveUp);
    }
    if (!isTrouble || this.#listener.onTrouble === undefined) return;
    this.pause();
    this.#listener.onTrouble({ how: end.how });
  }

  #isTrouble(worker: PooledWorker, end: WorkerEnd): boolean {
    const reason = crashReason(worker, end);
    return reason !== undefined && this.#trouble.crashed(reason, this.#group.nowMs);
  }
}
