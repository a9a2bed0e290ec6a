import path from 'node:path';
import { EnlargerError } from '../../core/api/errors.ts';
import type { BatchEvent } from '../../core/api/events.ts';
import { networkModel, type EngineModel } from '../../core/engine/engine.ts';
import type { BatchRequest } from '../../core/host/batches/batchRequest.ts';
import { runBatch } from '../../core/host/batches/runBatch.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import { DEFAULT_NAME_TEMPLATE } from '../../core/api/batchSpec.ts';
import { findModels, readModelRegistry } from '../../core/models/modelRegistry.ts';
import { forkWorker } from '../../core/pool/launcher.ts';
import { LocalPool } from '../../core/pool/localPool.ts';
import { BUNDLED_MODELS } from '../program.ts';
import { pureInferenceMs } from './pureInference.ts';

export interface EndToEndOptions {
  /** An empty folder for the results. */
  readonly folder: string;
  readonly workers: number;
  readonly threads: number;
  readonly signal: AbortSignal;
  /** Called at the start of each step. */
  readonly onStep: (step: string) => void;
}

export interface EndToEnd {
  readonly model: string;
  readonly pictures: number;
  readonly outputMegapixels: number;
  /** From the start of the first worker until the last result is on the disk. */
  readonly elapsedMs: number;
  readonly outputMegapixelsPerSecond: number;
  /** Inference alone for the same images, once before and once after. */
  readonly pureInferencePassesMs: readonly [number, number];
  /** Mean of both. */
  readonly pureInferenceMs: number;
  /** Elapsed time divided by each worker's share of pure inference; 1 would be pure inference. */
  readonly ratio: number;
  /** Time for checking the results, as a share of the time for enlarging them in the same run. */
  readonly reportShare: number;
}

const FACTOR = 4;
/** The family that is measured: the one for clean images. */
const FAMILY = 'fast';

/**
 * The network that is measured.
 *
 * @throws EnlargerError `model/not-found`.
 */
export async function measuredModel(): Promise<EngineModel> {
  const models = findModels(await readModelRegistry(BUNDLED_MODELS), FAMILY);
  const model = models.find(({ manifest }) => manifest.scale === FACTOR);
  if (model !== undefined) return networkModel(model);
  const message = `The family "${FAMILY}" has no ×${FACTOR} model.`;
  throw new EnlargerError('model/not-found', message);
}

function requestFor(files: readonly string[], folder: string): BatchRequest {
  return {
    spec: {
      sources: files.map((file) => ({ kind: 'path', path: file })),
      destination: { kind: 'path', path: path.join(folder, 'results') },
      settings: { ...DEFAULT_JOB_SETTINGS, model: FAMILY, sizing: { kind: 'factor', factor: FACTOR } },
      exists: 'rename',
      nameTemplate: DEFAULT_NAME_TEMPLATE,
      ...{ recursive: false, include: [], exclude: [] },
      report: { measure: true, formats: [] },
    },
    modelsFolder: BUNDLED_MODELS,
    failFast: true,
    dryRun: false,
  };
}

export interface BatchTime {
  readonly elapsedMs: number;
  readonly outputMegapixels: number;
  readonly reportShare: number;
}

/** Checking and inference both block the worker's thread, so their times do not overlap. */
function reportShareOf(events: readonly BatchEvent[]): number {
  const times = events.flatMap((event) => (event.type === 'job-done' ? [event.times] : []));
  const measureMs = times.reduce((sum, time) => sum + (time.measureMs ?? 0), 0);
  return measureMs / times.reduce((sum, { inferenceMs }) => sum + inferenceMs, 0);
}

/** Everything {@link timeBatch} needs in addition to the files. */
export interface BatchTiming {
  /** An empty folder for the results. */
  readonly folder: string;
  readonly pool: LocalPool;
  readonly signal: AbortSignal;
}

/**
 * Enlarges images end to end, as `run` does, and measures the time.
 *
 * @throws EnlargerError if an image cannot be enlarged, `model/…`, `engine/…`, or the signal's reason.
 */
export async function timeBatch(files: readonly string[], timing: BatchTiming): Promise<BatchTime> {
  const { folder, pool, signal } = timing;
  const startedAt = performance.now();
  const events: BatchEvent[] = [];
  const totals = await runBatch(requestFor(files, folder), {
    pool,
    signal,
    program: 'enlarger bench',
    onEvent: (event) => events.push(event),
  });
  signal.throwIfAborted();
  const failed = events.find((event) => event.type === 'job-failed');
  if (failed !== undefined) {
    const { code, message } = failed.error;
    throw new EnlargerError(code, `${failed.input} could not be measured: ${message}`);
  }
  const finished = events.find((event) => event.type === 'batch-finished');
  if (totals.done !== files.length || finished === undefined) {
    throw new TypeError(`${totals.done} of ${files.length} images were done.`);
  }
  const elapsedMs = performance.now() - startedAt;
  return { elapsedMs, outputMegapixels: finished.outputMegapixels, reportShare: reportShareOf(events) };
}

/** Opens the pool of workers that the measurements share. */
export function openPool({ workers, threads }: { workers: number; threads: number }): LocalPool {
  const pool = new LocalPool({ launch: forkWorker, workers, threads });
  pool.warmUp();
  return pool;
}

/** A whole batch, from the start of its first worker. */
async function timeColdBatch(files: readonly string[], options: EndToEndOptions): Promise<BatchTime> {
  const startedAt = performance.now();
  const pool = openPool(options);
  try {
    const time = await timeBatch(files, { ...options, pool });
    return { ...time, elapsedMs: performance.now() - startedAt };
  } finally {
    await pool.close();
  }
}

/**
 * Times the images end to end, and inference alone before and after that, so that a change in the machine's speed
 * does not distort the ratio.
 *
 * @throws EnlargerError if an image cannot be enlarged, `model/…`, `engine/…`, or the signal's reason.
 */
export async function measureEndToEnd(files: readonly string[], options: EndToEndOptions): Promise<EndToEnd> {
  const { workers, onStep } = options;
  const model = await measuredModel();
  onStep(`inference alone, ${files.length} images`);
  const before = await pureInferenceMs(files, model, options);
  onStep('the same images end to end');
  const { elapsedMs, outputMegapixels, reportShare } = await timeColdBatch(files, options);
  onStep('inference alone, again');
  const after = await pureInferenceMs(files, model, options);
  const pureMs = (before + after) / 2;
  return {
    model: model.id,
    pictures: files.length,
    outputMegapixels,
    elapsedMs,
    outputMegapixelsPerSecond: outputMegapixels / (elapsedMs / 1000),
    pureInferencePassesMs: [before, after],
    pureInferenceMs: pureMs,
    ratio: (elapsedMs * workers) / pureMs,
    reportShare,
  };
}
