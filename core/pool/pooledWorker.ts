import { stageLimitMs, type Deadlines, type TilePace } from './deadlines.ts';
import type { WorkerHandle } from './launcher.ts';
import type { EnlargeJob, JobStage } from './messages.ts';
import type { PendingJob } from './pendingJob.ts';

/** A worker that sent nothing for longer is inside native code, and its other jobs are blocked, too. */
const HEARD_RECENTLY_MS = 2_500;

/** Stages that keep a worker's only thread busy. */
const BLOCKING_STAGES: ReadonlySet<JobStage | undefined> = new Set<JobStage>([
  'infer',
  'load',
  'finish',
  'assess',
]);

/** One try at a job by one worker. */
export interface Attempt {
  /** No other attempt has it, so that late answers are ignored. */
  readonly attemptId: number;
  readonly pending: PendingJob;
  /** Undefined until the worker has begun it. */
  stage: JobStage | undefined;
  megapixels: number | undefined;
  /** Time that the worker had for this stage, or for this tile. */
  elapsedMs: number;
  /** Requested back to make room for a job of higher priority. */
  isRecalled: boolean;
  /** When its job was cancelled, by the time of its pool. */
  cancelledAtMs?: number;
}

/** Why the pool ends a worker; one that dies by itself has no such reason. */
export type EndCause =
  | { readonly kind: 'hung'; readonly attempt: Attempt | undefined; readonly message: string }
  | { readonly kind: 'memory'; readonly residentBytes: number }
  | { readonly kind: 'engine-memory' }
  | { readonly kind: 'garbage' }
  /** It did not stop working on a cancelled job. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'closed' };

/**
 * The states of a worker: `warming` loads what its predecessor has, `serving` accepts jobs, `retiring` accepts no more,
 * `leaving` was asked to end, `ending` was killed and its messages are ignored.
 */
export type WorkerState =
  | { readonly kind: 'warming'; readonly predecessor: PooledWorker }
  | { readonly kind: 'serving' }
  | { readonly kind: 'retiring' }
  | { readonly kind: 'leaving'; readonly sinceMs: number }
  | { readonly kind: 'ending'; readonly cause: EndCause; readonly sinceMs: number };

/** Tiles that take about as long as each other. */
function tileKind({ job, tile }: PendingJob): string {
  const { model, first = [], strength, device, selfEnsemble } = job.settings;
  return [model, first, strength, device, selfEnsemble, tile, job.threads].join('\n');
}

/** One worker process, its jobs, and the time that each has spent in its stage. */
export class PooledWorker {
  readonly handle: WorkerHandle;
  readonly queue: string;
  readonly startedAtMs: number;
  readonly attempts = new Map<number, Attempt>();
  state: WorkerState;
  hasSuccessor = false;
  /** Whether it has sent a message yet. */
  hasStarted = false;
  finishedJobs = 0;
  lastJob: EnlargeJob | undefined;
  /** The last message of the worker itself. */
  toldResidentBytes = 0;
  /** Peak memory while it warmed up. */
  warmBytes = 0;
  #heardAtMs: number;

  constructor(handle: WorkerHandle, queue: string, state: WorkerState, nowMs: number) {
    this.handle = handle;
    this.queue = queue;
    this.state = state;
    this.startedAtMs = nowMs;
    this.#heardAtMs = nowMs;
  }

  get residentBytes(): number {
    return this.handle.residentBytes?.() ?? this.toldResidentBytes;
  }

  heard(nowMs: number): void {
    this.hasStarted = true;
    this.#heardAtMs = nowMs;
  }

  give(attempt: Attempt, nowMs: number): void {
    // A worker without work may have been silent for days.
    if (this.attempts.size === 0) this.#heardAtMs = nowMs;
    this.attempts.set(attempt.attemptId, attempt);
    this.lastJob = attempt.pending.job;
    const { job, tile } = attempt.pending;
    const settings = { ...job.settings, tile };
    this.handle.send({ type: 'enlarge', attemptId: attempt.attemptId, job: { ...job, settings } });
  }

  /** Removes a job that the worker has answered. */
  release(attempt: Attempt): void {
    this.attempts.delete(attempt.attemptId);
    this.finishedJobs++;
  }

  enterStage(attempt: Attempt, stage: JobStage, megapixels: number | undefined): void {
    attempt.stage = stage;
    attempt.megapixels = megapixels;
    attempt.elapsedMs = 0;
  }

  /** Notes that a tile is done: the next one has its own time. */
  finishTile(attempt: Attempt, pace: TilePace): void {
    if (attempt.stage === 'infer') pace.add(tileKind(attempt.pending), attempt.elapsedMs);
    attempt.elapsedMs = 0;
  }

  /**
   * Lets time pass for all jobs.
   *
   * @returns What took too long, if anything did.
   */
  pass(
    elapsedMs: number,
    nowMs: number,
    limits: { readonly deadlines: Deadlines; readonly silenceMs: number; readonly pace: TilePace },
  ): { attempt: Attempt | undefined; limitMs: number } | undefined {
    if (this.attempts.size === 0) return undefined;
    const silentMs = nowMs - this.#heardAtMs;
    const attempts = [...this.attempts.values()];
    const blocking = attempts.find(({ stage }) => BLOCKING_STAGES.has(stage));
    for (const attempt of attempts) {
      const { stage, megapixels, pending } = attempt;
      if (stage === undefined) continue;
      // While another job is inside native code, this one cannot continue: that is not its own slowness.
      const standsStill =
        blocking !== undefined && !BLOCKING_STAGES.has(stage) && silentMs > HEARD_RECENTLY_MS;
      if (!standsStill) attempt.elapsedMs += elapsedMs;
      const limitMs =
        stage === 'infer'
          ? limits.pace.limitMs(tileKind(pending), limits.deadlines)
          : stageLimitMs(stage, megapixels, limits.deadlines);
      if (limitMs === undefined || attempt.elapsedMs <= limitMs) continue;
      // A silent one may hang in any of its jobs, unless one is known to hold the thread.
      const isProven = BLOCKING_STAGES.has(stage) || silentMs <= HEARD_RECENTLY_MS;
      return { attempt: isProven ? attempt : undefined, limitMs };
    }
    const isSilent = blocking === undefined && silentMs > limits.silenceMs;
    return isSilent ? { attempt: undefined, limitMs: limits.silenceMs } : undefined;
  }
}
