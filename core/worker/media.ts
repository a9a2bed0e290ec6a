/**
 * @file Entry of the media process: it makes the pictures that people look at, so that hostile files meet no process
 * that matters. It may import all of core but host and server, and takes tasks from its parent by message.
 */
import { toErrorDto } from '../api/errors.ts';
import type { FromMedia, MediaTask, ToMedia } from '../media/mediaMessages.ts';
import { MediaTaskRunner } from './mediaTaskRunner.ts';

const ALIVE_INTERVAL_MS = 500;

const runner = new MediaTaskRunner();
const running = new Map<number, AbortController>();

function send(message: FromMedia): void {
  // A parent that is gone cannot be told anything; `disconnect` ends this process.
  if (process.connected) process.send?.(message);
}

async function run(id: number, task: MediaTask): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    send({ type: 'finished', id, output: await runner.run(task, controller.signal) });
  } catch (error) {
    send({ type: 'failed', id, error: toErrorDto(error) });
  } finally {
    running.delete(id);
  }
}

function handle(message: ToMedia): void {
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
}

// Ctrl-C and its like reach the whole process group: the parent decides, and tells us by message.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('message', handle);
// A parent that went away while this process was loading is not told of any more: it would wait here for ever.
if (!process.connected) process.exit(1);
setInterval(() => {
  if (running.size > 0) send({ type: 'alive', residentBytes: process.memoryUsage.rss() });
}, ALIVE_INTERVAL_MS);
