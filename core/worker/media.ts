/**
 * @file Entry of the media process: it makes images for the screen, so that hostile files never reach an
 * important process. It may import all of core but host and server, and takes tasks from its parent by message.
 */
import { toErrorDto } from '../api/errors.ts';
import type { FromMedia, MediaTask, ToMedia } from '../media/mediaMessages.ts';
import { MediaTaskRunner } from './media/mediaTaskRunner.ts';
import { openParentChannel } from './parentChannel.ts';

const ALIVE_INTERVAL_MS = 500;

const parent = openParentChannel<FromMedia, ToMedia>();
const runner = new MediaTaskRunner();
const running = new Map<number, AbortController>();

async function run(id: number, task: MediaTask): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    parent.send({ type: 'finished', id, output: await runner.run(task, controller.signal) });
  } catch (error) {
    parent.send({ type: 'failed', id, error: toErrorDto(error) });
  } finally {
    running.delete(id);
  }
}

// Ctrl-C reaches the entire process group; the parent decides what to do and sends a message.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
parent.onMessage((message) => {
  switch (message.type) {
    case 'run':
      void run(message.id, message.task);
      return;
    case 'cancel':
      running.get(message.id)?.abort();
      return;
    case 'shutdown':
      process.exit(0);
  }
});
setInterval(() => {
  if (!parent.isParentAlive()) process.exit(1);
  if (running.size > 0) parent.send({ type: 'alive', residentBytes: process.memoryUsage.rss() });
}, ALIVE_INTERVAL_MS);
