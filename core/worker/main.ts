/**
 * @file Entry of a worker process. It may import all of core but host and server, takes jobs from its parent by
 * message, and keeps its models warm between them. Nothing but messages leaves it; pixels stay here.
 *
 * [Note: Workers are processes] Ending a thread inside onnxruntime's `run()` aborts the whole program; killing a child
 * process is clean, and a crash of a decoder costs one attempt.
 */
import { toErrorDto } from '../api/errors.ts';
import type { EnhanceJob, FromWorker, ToWorker } from '../pool/messages.ts';
import { enhanceImage, type WorkerTools } from './enhanceImage.ts';
import { ModelCache } from './modelCache.ts';
import { probeDevice } from './probeDevice.ts';
import { silenceNativeOutput } from './silenceNativeOutput.ts';
import { Turnstile } from './turnstile.ts';

const ALIVE_INTERVAL_MS = 2_000;

/** Pixels held at once by jobs that overlap; a larger picture is worked on alone. */
const MEMORY_BYTES = 512 * 1024 * 1024;

const tools: WorkerTools = {
  models: new ModelCache(),
  inference: new Turnstile(1),
  memory: new Turnstile(MEMORY_BYTES),
};
const running = new Map<number, AbortController>();

function send(message: FromWorker): void {
  // A parent that is gone cannot be told anything; `disconnect` ends this process.
  if (process.connected) process.send?.(message);
}

async function runJob(job: EnhanceJob): Promise<void> {
  const controller = new AbortController();
  running.set(job.id, controller);
  try {
    const result = await enhanceImage(job, tools, {
      signal: controller.signal,
      onProgress: (tilesDone, tilesTotal) => {
        send({ type: 'progress', jobId: job.id, tilesDone, tilesTotal });
      },
    });
    send({ type: 'finished', jobId: job.id, result });
  } catch (error) {
    send({ type: 'failed', jobId: job.id, error: toErrorDto(error) });
  } finally {
    running.delete(job.id);
  }
}

function handle(message: ToWorker): void {
  switch (message.type) {
    case 'enhance':
      void runJob(message.job);
      return;
    case 'cancel':
      running.get(message.jobId)?.abort();
      return;
    case 'probe':
      silenceNativeOutput();
      void probeDevice(message.request).then((answer) => {
        send({ type: 'probed', answer });
      });
      return;
    case 'shutdown':
      void tools.models.dispose().then(() => process.exit(0));
      return;
  }
}

// Ctrl-C and its like reach the whole process group: the parent decides, and tells us by message.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit(1));
process.on('message', handle);
// A parent that went away while this process was loading is not told of any more: it would wait here for ever.
if (!process.connected) process.exit(1);
setInterval(() => {
  send({ type: 'alive' });
}, ALIVE_INTERVAL_MS);
send({ type: 'ready' });
