import type { Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { within } from './redisConnection.ts';

const DEADLINE_MS = 2_000;

async function tryWithin(close: () => Promise<unknown>): Promise<void> {
  try {
    await within(close(), DEADLINE_MS);
  } catch {
    // It is gone or does not answer; the connection is closed all the same.
  }
}

/**
 * Closes queues and a worker that share a connection, and the connection. BullMQ waits for a server that is gone for
 * as long as it takes; this ends within seconds.
 */
export async function closeAll(
  queues: readonly Queue[],
  worker: Worker | undefined,
  redis: Redis,
): Promise<void> {
  await Promise.all([
    worker && tryWithin(() => worker.close(true)),
    ...queues.map((queue) => tryWithin(() => queue.close())),
  ]);
  // Its second connection, which waits for work, would keep the process alive.
  if (worker) await tryWithin(() => worker.disconnect());
  redis.disconnect();
}
