import type { PooledWorker } from './pooledWorker.ts';

const MAX_JOBS = 200;
const MAX_AGE_MS = 30 * 60_000;

/** Images after which a worker's memory is at its usual level: its models, and buffers that its allocator keeps. */
const WARM_UP_JOBS = 5;
const GROWTH_FACTOR = 1.5;

/** One image of 24 megapixels makes a worker of 100 MB half a gigabyte larger without any leak. */
const MIN_GROWTH_BYTES = 512 * 1024 * 1024;

/** Records how much memory a worker uses while it warms up. */
export function noteWarmUp(worker: PooledWorker, residentBytes: number): void {
  if (worker.finishedJobs <= WARM_UP_JOBS) worker.warmBytes = Math.max(worker.warmBytes, residentBytes);
}

/**
 * Why a healthy worker should be replaced: native libraries leak a little, and their memory becomes fragmented.
 *
 * @returns Undefined while there is no reason.
 */
export function recycleReason(
  worker: PooledWorker,
  residentBytes: number,
  nowMs: number,
): string | undefined {
  if (worker.finishedJobs >= MAX_JOBS) return 'pictures';
  if (nowMs - worker.startedAtMs >= MAX_AGE_MS) return 'age';
  const limit = Math.max(worker.warmBytes * GROWTH_FACTOR, worker.warmBytes + MIN_GROWTH_BYTES);
  return worker.finishedJobs > WARM_UP_JOBS && residentBytes > limit ? 'memory' : undefined;
}
