/**
 * @file Entry of a worker process. It receives jobs from its parent by message and keeps its models loaded between them.
 * Only messages leave it; pixels stay here. A job passes through this room in the following order:
 *
 * 1. `parentChannel` receives it, `enlargeImage` reads the file, and `sequence` decides on pages and frames.
 * 2. `oneImage` decodes a page and waits for its turn (`semaphore`, `pauseGate`); `chooseModel` picks a network for `auto`.
 * 3. `planEnlargement` and `modelCache` prepare the passes; `enlarge` runs them, each in `enlargePass` by `enlargeTile`, on
 *    the devices of a `fallbackChain`. `finishSize` or `cutPart` brings the result to its size.
 * 4. `describePasses` and `measureResult` report on it, `oneImage` encodes and verifies it.
 *
 * Besides jobs, `warmModels` loads models ahead, `probeDevice` tries a device, `importing` reads networks that people
 * add, and `media.ts` with `media/` is a second entry: the process that makes images for the screen.
 *
 * [Note: Workers are processes] Ending a thread inside onnxruntime's `run()` aborts the whole program; killing a child
 * process is clean, and a crash of a decoder costs one attempt.
 */
import { toErrorDto } from '../api/errors.ts';
import { BACKGROUND } from '../pool/launcher.ts';
import type { EnlargeJob, LogLevel, LogValues, ToWorker } from '../pool/messages.ts';
import { enlargeImage, type JobHooks, type WorkerTools } from './enlargeImage.ts';
import { importNetwork } from './importing/importNetwork.ts';
import { verifyById } from './importing/verifyById.ts';
import { lowerPriority } from './lowerPriority.ts';
import { ModelCache } from './modelCache.ts';
import { openParentChannel } from './parentChannel.ts';
import { PauseGate } from './pauseGate.ts';
import { probeDevice } from './probeDevice.ts';
import { silenceNativeOutput } from './silenceNativeOutput.ts';
import { Semaphore } from './semaphore.ts';
import { warmModels } from './warmModels.ts';

const ALIVE_INTERVAL_MS = 2_000;

/** Pixels in memory at once for overlapping jobs; a larger image is processed alone. */
const MEMORY_BYTES = 512 * 1024 * 1024;

if (process.argv.includes(BACKGROUND)) lowerPriority();

const parent = openParentChannel();
const tools: WorkerTools = {
  models: new ModelCache(),
  inference: new Semaphore(1),
  memory: new Semaphore(MEMORY_BYTES),
};
const gate = new PauseGate();
const running = new Map<number, AbortController>();

function log(level: LogLevel, text: string, values: LogValues = {}): void {
  parent.send({ type: 'log', level, text, values });
}

/** Checked before each tile: the event of the parent's end does not arrive while a long inference blocks. */
function endOrphan(): void {
  if (!parent.isParentAlive()) process.exit(1);
}

function hooksOf(attemptId: number, signal: AbortSignal): JobHooks {
  return {
    signal,
    onProgress: (tilesDone, tilesTotal) => {
      parent.send({ type: 'progress', attemptId, tilesDone, tilesTotal });
    },
    onStage: (stage, megapixels) => {
      parent.send({ type: 'stage', attemptId, stage, megapixels });
    },
    beforeTile: async () => {
      endOrphan();
      if (!gate.isClosed) return;
      parent.send({ type: 'stage', attemptId, stage: 'wait' });
      await gate.pass(signal);
      parent.send({ type: 'stage', attemptId, stage: 'infer' });
    },
  };
}

async function runJob(attemptId: number, job: EnlargeJob): Promise<void> {
  const controller = new AbortController();
  running.set(attemptId, controller);
  try {
    const result = await enlargeImage(job, tools, hooksOf(attemptId, controller.signal));
    parent.send({ type: 'finished', attemptId, result });
  } catch (error) {
    parent.send({ type: 'failed', attemptId, error: toErrorDto(error) });
  } finally {
    running.delete(attemptId);
  }
}

async function warm(job: EnlargeJob): Promise<void> {
  try {
    await warmModels(job, tools.models);
  } catch (error) {
    // The job itself reports the failure if it matters.
    log('warn', 'A model could not be loaded ahead.', { error: toErrorDto(error).message });
  }
  parent.send({ type: 'warmed' });
}

function handle(message: ToWorker): void {
  switch (message.type) {
    case 'enlarge':
      void runJob(message.attemptId, message.job);
      return;
    case 'cancel':
      running.get(message.attemptId)?.abort();
      return;
    case 'pause':
      gate.pause();
      return;
    case 'resume':
      gate.resume();
      return;
    case 'warm':
      void warm(message.job);
      return;
    case 'probe':
      silenceNativeOutput();
      void probeDevice(message.request).then((answer) => {
        parent.send({ type: 'probed', answer });
      });
      return;
    case 'import':
      silenceNativeOutput();
      void importNetwork(message.request, (step) => {
        parent.send({ type: 'import-step', step });
      }).then((answer) => {
        parent.send({ type: 'imported', answer });
      });
      return;
    case 'verify':
      silenceNativeOutput();
      void verifyById(message.request).then((error) => {
        parent.send({ type: 'verified', error });
      });
      return;
    case 'shutdown':
      void tools.models.dispose().then(() => process.exit(0));
      return;
  }
}

// Ctrl-C reaches the whole process group; the parent decides what to do and sends a message.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
// Electron does not end its utility processes after such an error; work under way would never answer.
process.on('unhandledRejection', (reason) => {
  log('error', 'A worker ended because of an internal error.', { error: toErrorDto(reason).message });
  process.exit(1);
});
parent.onMessage(handle);
setInterval(() => {
  parent.send({ type: 'alive', residentBytes: process.memoryUsage.rss() });
}, ALIVE_INTERVAL_MS);
parent.send({ type: 'ready' });
