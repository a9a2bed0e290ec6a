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
 * Closes queues and a worker, and the connections that they share. BullMQ waits for a server that is gone for
 * as long as it takes; this ends within seconds.
 */
export async function closeAll(
  queues: readonly Queue[],
  worker: Worker | undefined,
  connections: readonly Redis[],
): Promise<void> {
  await Promise.all([
    worker && tryWithin(() => worker.close(true)),
    ...queues.map((queue) => tryWithin(() => queue.close())),
  ]);
  // Its own connection, which waits for work, would keep the process alive.
  if (worker) await tryWithin(() => worker.disconnect());
  for (const connection of connections) connection.disconnect();
}
