import path from 'node:path';
import type { Size } from '../api/picture.ts';
import type { EngineModel, LoadedModel } from '../engine/engine.ts';
import { withSelfEnsemble } from '../engine/selfEnsemble.ts';
import { ditherTo8 } from '../image/ditherTo8.ts';
import { FORMATS } from '../image/formats.ts';
import type { RowStore } from '../image/rowStore.ts';
import type { EnhanceJob } from '../pool/messages.ts';
import { planPass } from '../tiling/planPass.ts';
import { DeviceLadder } from './deviceLadder.ts';
import { enlargePass, type PassTally } from './enlargePass.ts';
import { finishSize } from './finishSize.ts';
import type { ModelCache } from './modelCache.ts';
import { planEnlargement, type EnlargementPlan } from './planEnlargement.ts';

export interface Enlarged {
  /** The result's pixels; the caller disposes it. */
  readonly store: RowStore;
  /** Ids of the models in the order of the passes, or the kernel that made the size alone. */
  readonly models: readonly string[];
  readonly device: string;
  /** Sentences on devices that failed, and which took over. */
  readonly deviceChanges: readonly string[];
  readonly tiles: number;
  readonly repairedTiles: number;
  readonly inferenceMs: number;
}

export interface EnlargeOptions {
  readonly job: EnhanceJob;
  readonly to: Size;
  readonly models: ModelCache;
  readonly onProgress: (tilesDone: number, tilesTotal: number) => void;
  readonly signal: AbortSignal;
}

/** Makes the next store from the one before, in a bit depth. */
type Step = (source: RowStore, bitDepth: 8 | 16, scratchPath: string) => Promise<RowStore>;

interface Progress {
  readonly tally: PassTally;
  readonly tilesTotal: number;
  readonly deviceChanges: string[];
  device: string;
}

function countTiles(from: Size, passes: readonly EngineModel[], tile: 'auto' | number): number {
  let size = from;
  let tiles = 0;
  for (const { tiling, scale } of passes) {
    const plan = planPass(size, tiling, tile);
    tiles += plan.rows.length * plan.columns.length;
    size = { width: size.width * scale, height: size.height * scale };
  }
  return tiles;
}

function passStep(pass: EngineModel, options: EnlargeOptions, progress: Progress): Step {
  const { job, models, signal, onProgress } = options;
  const { settings } = job;
  return async (source, bitDepth, scratchPath) => {
    const ladder = new DeviceLadder(pass, job, models);
    const dress = (loaded: LoadedModel): LoadedModel => {
      progress.device = loaded.device.id;
      return settings.selfEnsemble ? withSelfEnsemble(loaded) : loaded;
    };
    const model = dress(await ladder.first());
    const made = await enlargePass(source, {
      model,
      nextModel: async (reason) => dress(await ladder.next(reason)),
      tiling: pass.tiling,
      tile: settings.tile,
      bitDepth,
      scratchPath,
      signal,
      tally: progress.tally,
      onTile: () => {
        onProgress(progress.tally.tilesDone, progress.tilesTotal);
      },
    });
    progress.deviceChanges.push(...ladder.changes);
    return made;
  };
}

function planSteps(
  source: RowStore,
  plan: EnlargementPlan,
  options: EnlargeOptions,
  progress: Progress,
): Step[] {
  const { to, job, signal } = options;
  const steps = plan.passes.map((pass) => passStep(pass, options, progress));
  const factor = plan.passes.reduce((product, { scale }) => product * scale, 1);
  if (source.shape.width * factor !== to.width || source.shape.height * factor !== to.height) {
    steps.push((store, bitDepth, scratchPath) =>
      finishSize(store, { ...plan.finish, to, bitDepth, scratchPath, signal }),
    );
  }
  // Banding shows where 16-bit pictures become 8-bit ones; for them the last step is a dither.
  if (source.shape.bitDepth === 16 && !FORMATS[job.outputFormat].sixteenBit) {
    steps.push((store, _, scratchPath) => Promise.resolve(ditherTo8(store, scratchPath)));
  }
  return steps;
}

/**
 * Brings a picture to a size.
 *
 * @param source Taken over: it is disposed here, or returned where there is nothing to do.
 * @throws EnhancerError `model/…`, `engine/…` or `job/cancelled`.
 */
export async function enlarge(source: RowStore, options: EnlargeOptions): Promise<Enlarged> {
  const startedAt = performance.now();
  const { job, to } = options;
  let store = source;
  try {
    const plan = await planEnlargement(job.settings.model, job.modelsFolder, source.shape, to);
    const tally = { tilesDone: 0, repairedTiles: 0 };
    const tilesTotal = countTiles(source.shape, plan.passes, job.settings.tile);
    const progress: Progress = { tally, tilesTotal, deviceChanges: [], device: 'none' };
    const steps = planSteps(source, plan, options, progress);
    for (const [index, step] of steps.entries()) {
      // Between steps 16 bit are kept, so that nothing is rounded to 8 twice.
      const bitDepth = index === steps.length - 1 ? source.shape.bitDepth : 16;
      const next = await step(store, bitDepth, path.join(job.scratchFolder, `step${index}`));
      store.dispose();
      store = next;
    }
    const isResized = source.shape.width !== to.width || source.shape.height !== to.height;
    const names =
      plan.passes.length > 0 ? plan.passes.map(({ id }) => id) : isResized ? [plan.finish.kernel] : [];
    const inferenceMs = performance.now() - startedAt;
    return {
      store,
      models: names,
      device: progress.device,
      deviceChanges: progress.deviceChanges,
      tiles: tally.tilesDone,
      repairedTiles: tally.repairedTiles,
      inferenceMs,
    };
  } catch (error) {
    store.dispose();
    throw error;
  }
}
