import type { Deadlines, TilePace } from './deadlines.ts';
import type { EndCause, PooledWorker } from './pooledWorker.ts';

/**
 * How often workers are checked. Time is counted in these checks, so that a machine that slept is not mistaken for one that hangs.
 */
export const LOOK_INTERVAL_MS = 250;

/** A process that was killed and is still there after this time is inside the kernel; its jobs do not wait for it. */
export const EXIT_GRACE_MS = 5_000;

/** A worker stops a cancelled job before its next tile. One that has only such jobs and continues is ended. */
const CANCEL_GRACE_MS = 2_000;

/** The same for a worker that has other jobs, too: they start again elsewhere. */
const SHARED_CANCEL_GRACE_MS = 10_000;

/** Whether a worker has not answered for a cancelled job in time, because its tile is slow or hangs. */
function ignoresCancel(worker: PooledWorker, nowMs: number): boolean {
  const attempts = [...worker.attempts.values()];
  const waitedMs = attempts.flatMap(({ cancelledAtMs }) =>
    cancelledAtMs === undefined ? [] : [nowMs - cancelledAtMs],
  );
  if (waitedMs.length === 0) return false;
  return waitedMs.length === attempts.length
    ? Math.min(...waitedMs) > CANCEL_GRACE_MS
    : Math.max(...waitedMs) > SHARED_CANCEL_GRACE_MS;
}

export interface SupervisionLimits {
  readonly deadlines: Deadlines;
  /** Longest silence of a worker whose jobs have not begun, or only wait. */
  readonly silenceMs: number;
  readonly memoryCeilingBytes: number;
  readonly pace: TilePace;
}

/**
 * Checks a worker.
 *
 * @returns Why it has to be ended, if it has.
 */
export function superviseWorker(
  worker: PooledWorker,
  residentBytes: number,
  nowMs: number,
  limits: SupervisionLimits,
): EndCause | undefined {
  if (residentBytes > limits.memoryCeilingBytes) return { kind: 'memory', residentBytes };
  if (ignoresCancel(worker, nowMs)) return { kind: 'cancelled' };
  const { deadlines } = limits;
  if (worker.state.kind === 'warming' && nowMs - worker.startedAtMs > deadlines.load) {
    return { kind: 'hung', attempt: undefined, message: 'The worker did not become ready.' };
  }
  const late = worker.pass(LOOK_INTERVAL_MS, nowMs, limits);
  if (late === undefined) return undefined;
  const seconds = Math.round(late.limitMs / 1000);
  const { stage } = late.attempt ?? {};
  const message =
    stage === undefined
      ? `The worker did not respond for ${seconds} s and was terminated.`
      : `The worker spent more than ${seconds} s on one step (${stage}) and was terminated.`;
  return { kind: 'hung', attempt: late.attempt, message };
}
