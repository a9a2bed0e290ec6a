import type { Deadlines, TilePace } from './deadlines.ts';
import type { EndCause, PooledWorker } from './pooledWorker.ts';

/** How often workers are looked at. Time is counted in these looks, so that a machine that slept is not taken for hung. */
export const LOOK_INTERVAL_MS = 250;

/** A process that was killed and is still there after this time is inside the kernel; its jobs do not wait for it. */
export const EXIT_GRACE_MS = 5_000;

export interface SupervisionLimits {
  readonly deadlines: Deadlines;
  /** Longest silence of a worker whose jobs have not begun, or only wait. */
  readonly silenceMs: number;
  readonly memoryCeilingBytes: number;
  readonly pace: TilePace;
}

/**
 * Looks at a worker once more.
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
      ? `The worker said nothing for ${seconds} s and was ended.`
      : `The worker took more than ${seconds} s over one step (${stage}) and was ended.`;
  return { kind: 'hung', attempt: late.attempt, message };
}
