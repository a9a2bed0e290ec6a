import path from 'node:path';
import type { Rect, Size } from '../api/image.ts';
import { IMAGE_FORMATS } from '../api/imageFormats.ts';
import type { Tolerance } from '../api/models/tolerance.ts';
import { REFERENCE_DEVICE, type Device, type EngineModel, type LoadedModel } from '../engine/engine.ts';
import { withSelfEnsemble } from '../engine/selfEnsemble.ts';
import { ditherTo8 } from '../image/ditherTo8.ts';
import { MEMORY_STORE_BYTES, rowStoreBytes, type RowStore } from '../image/rowStore.ts';
import type { InstalledModel } from '../models/modelRegistry.ts';
import type { EnlargeJob, JobStage } from '../pool/messages.ts';
import type { HowMade } from '../quality/judging/comparedInput.ts';
import { planPass, type TileWindow } from '../tiling/planPass.ts';
import { planReuse, type ReusePlan } from '../tiling/planReuse.ts';
import { cutPart } from './cutPart.ts';
import { DeviceFallbackChain, type DeviceJob } from './fallbackChain.ts';
import { enlargePass, type PassTally } from './enlargePass.ts';
import { finishSize } from './finishSize.ts';
import type { ModelCache } from './modelCache.ts';
import { planEnlargement, type EnlargementPlan } from './planEnlargement.ts';

export interface Enlarged {
  /** The result's pixels; the caller disposes of them. */
  readonly store: RowStore;
  /** Ids of the models in the order of the passes, or the kernel if no network was used. */
  readonly models: readonly string[];
  readonly device: string;
  readonly passes: readonly EngineModel[];
  readonly howMade: HowMade & { readonly tolerance: Tolerance };
  /** How large windows were allowed to be, for each pass. */
  readonly windows: readonly TileWindow[];
  /** How each pass reused equal parts; undefined for those that ran all of it. */
  readonly reuse: readonly (ReusePlan | undefined)[];
  /** Sentences on devices that failed, and which took over. */
  readonly deviceChanges: readonly string[];
  readonly tiles: number;
  readonly repairedTiles: number;
  /**
   * Share of the pixels, 0…1, that were copied from equal parts instead of being run; of all passes together. Absent
   * if none were.
   */
  readonly reusedShare?: number;
  readonly inferenceMs: number;
}

/** A part of an image; its result equals that part of the full result. */
export interface PartOfImage {
  /** Size of the whole image. */
  readonly whole: Size;
  /** Where the given source is in it; with the context that the part needs, see `planPart`. */
  readonly from: Rect;
  /** The wanted part of the whole result. */
  readonly to: Rect;
}

export interface EnlargeOptions {
  readonly job: DeviceJob & Pick<EnlargeJob, 'modelsFolder' | 'scratchFolder' | 'outputFormat'>;
  /** Size of the whole result. */
  readonly to: Size;
  readonly part?: PartOfImage;
  readonly models: ModelCache;
  readonly onProgress: (tilesDone: number, tilesTotal: number) => void;
  readonly onStage?: (stage: JobStage, megapixels?: number) => void;
  readonly beforeTile?: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Computes the next store from the one before, in a bit depth. */
type Step = (source: RowStore, bitDepth: 8 | 16, scratchPath: string) => Promise<RowStore>;

interface Progress {
  readonly tally: PassTally;
  readonly windows: TileWindow[];
  readonly deviceChanges: string[];
  /** How each pass reused equal parts; undefined for those that did not. */
  readonly reuse: (ReusePlan | undefined)[];
  tilesTotal: number;
  passedPx: number;
  reusedPx: number;
  device: string;
}

/** Tiles of some passes in a row, all of them on a device with the same windows. */
function countTiles(
  from: Size,
  passes: readonly EngineModel[],
  tile: 'auto' | number,
  window: TileWindow,
): number {
  let size = from;
  let tiles = 0;
  for (const { tiling, scale } of passes) {
    const plan = planPass(size, tiling, tile, window);
    tiles += plan.rows.length * plan.columns.length;
    size = { width: size.width * scale, height: size.height * scale };
  }
  return tiles;
}

/**
 * Only a processor gives the same result for a pixel in a window of any shape. Where a result is kept in a file,
 * copying its parts would cost more than it saves; and if a tile size is requested, all tiles have it.
 */
function reuseFor(
  source: RowStore,
  { tiling, scale }: EngineModel,
  device: Device,
  how: { readonly bitDepth: 8 | 16; readonly tile: 'auto' | number; readonly window: TileWindow },
): ReusePlan | undefined {
  const { width, height, channels } = source.shape;
  const { bitDepth, tile, window } = how;
  const made = { width: width * scale, height: height * scale, channels, bitDepth };
  const isInMemory = source.content.kind === 'memory' && rowStoreBytes(made) <= MEMORY_STORE_BYTES;
  if (tile !== 'auto' || device.id !== REFERENCE_DEVICE.id || !isInMemory) return undefined;
  const plan = planPass(source.shape, tiling, tile, window);
  return planReuse(source.read(0, height), { tiling, areaPx: window.areaPx, plan });
}

function noteReuse(progress: Progress, reuse: ReusePlan | undefined, pixels: number): void {
  progress.reuse.push(reuse);
  progress.passedPx += pixels;
  progress.reusedPx += pixels * (reuse?.reusedShare ?? 0);
}

/** Makes a model wait before each tile while the job is paused. */
function withPauses(model: LoadedModel, beforeTile: (() => Promise<void>) | undefined): LoadedModel {
  if (beforeTile === undefined) return model;
  return {
    ...model,
    enlargeTile: async (tile) => {
      await beforeTile();
      return model.enlargeTile(tile);
    },
  };
}

/** @param passes The pass and those that follow it. */
function passStep(
  passes: readonly [EngineModel, ...EngineModel[]],
  options: EnlargeOptions,
  progress: Progress,
): Step {
  const [pass] = passes;
  const { job, models, signal, onProgress } = options;
  const { settings } = job;
  return async (source, bitDepth, scratchPath) => {
    options.onStage?.('load');
    const chain = new DeviceFallbackChain(pass, job, models);
    const dress = (loaded: LoadedModel): LoadedModel => {
      progress.device = loaded.device.id;
      const model = settings.selfEnsemble ? withSelfEnsemble(loaded) : loaded;
      return withPauses(model, options.beforeTile);
    };
    const first = await chain.first();
    const window = await models.windowFor(pass, first.device);
    const { tilesDone } = progress.tally;
    const reuse = reuseFor(source, pass, first.device, { bitDepth, tile: settings.tile, window });
    progress.windows.push(window);
    const own = reuse?.tiles.length ?? countTiles(source.shape, [pass], settings.tile, window);
    const { width, height } = source.shape;
    const later = { width: width * pass.scale, height: height * pass.scale };
    progress.tilesTotal = tilesDone + own + countTiles(later, passes.slice(1), settings.tile, window);
    noteReuse(progress, reuse, width * height);
    const model = dress(first);
    options.onStage?.('infer');
    const made = await enlargePass(source, {
      model,
      nextModel: async (reason) => {
        options.onStage?.('load');
        const next = dress(await chain.next(reason));
        options.onStage?.('infer');
        return next;
      },
      tiling: pass.tiling,
      tile: settings.tile,
      window,
      reuse,
      network: pass.source.kind === 'kernel' ? 'none' : isAdded(pass.source.model) ? 'added' : 'own',
      bitDepth,
      scratchPath,
      signal,
      tally: progress.tally,
      onTile: () => {
        onProgress(progress.tally.tilesDone, progress.tilesTotal);
      },
    });
    progress.deviceChanges.push(...chain.changes);
    return made;
  };
}

/** Whether a user added the network. */
function isAdded({ manifest }: InstalledModel): boolean {
  return manifest.origin !== undefined;
}

function scaledRect({ x, y, width, height }: Rect, factor: number): Rect {
  return { x: x * factor, y: y * factor, width: width * factor, height: height * factor };
}

/** Resizes the result of the passes to the exact size, or crops it to the requested part, if needed. */
function lastSteps(source: RowStore, plan: EnlargementPlan, options: EnlargeOptions): Step[] {
  const { to, part, signal } = options;
  const factor = plan.passes.reduce((product, { scale }) => product * scale, 1);
  const { width, height } = part?.whole ?? source.shape;
  const enlarged = { width: width * factor, height: height * factor };
  const window = part && { from: scaledRect(part.from, factor), to: part.to };
  if (enlarged.width !== to.width || enlarged.height !== to.height) {
    const ofWhole = window && { part: { ...window, whole: enlarged } };
    return [
      (store, bitDepth, scratchPath) => {
        options.onStage?.('finish', (to.width * to.height) / 1e6);
        return finishSize(store, { ...plan.finish, ...ofWhole, to, bitDepth, scratchPath, signal });
      },
    ];
  }
  if (window === undefined) return [];
  return [(store, _, scratchPath) => Promise.resolve(cutPart(store, window, scratchPath))];
}

function planSteps(
  source: RowStore,
  plan: EnlargementPlan,
  options: EnlargeOptions,
  progress: Progress,
): Step[] {
  const { job, to } = options;
  const megapixels = (to.width * to.height) / 1e6;
  const steps = plan.passes.map((pass, index) =>
    passStep([pass, ...plan.passes.slice(index + 1)], options, progress),
  );
  steps.push(...lastSteps(source, plan, options));
  // Banding shows where 16-bit images become 8-bit ones; for them the last step is a dither.
  if (source.shape.bitDepth === 16 && IMAGE_FORMATS[job.outputFormat].bits.written === 8) {
    steps.push((store, _, scratchPath) => {
      options.onStage?.('finish', megapixels);
      return Promise.resolve(ditherTo8(store, scratchPath));
    });
  }
  return steps;
}

/**
 * Brings an image, or a part of it, to a size.
 *
 * @param source Owned by the callee: it is disposed of here, or returned if there is nothing to do.
 * @throws EnlargerError `model/…`, `engine/…` or `job/cancelled`.
 */
export async function enlarge(source: RowStore, options: EnlargeOptions): Promise<Enlarged> {
  const startedAt = performance.now();
  const { job, to, part } = options;
  const whole = part?.whole ?? source.shape;
  let store = source;
  try {
    const plan = await planEnlargement(
      job.settings,
      () => options.models.registry(job.modelsFolder),
      whole,
      to,
    );
    const tally = { tilesDone: 0, repairedTiles: 0 };
    const progress: Progress = {
      ...{ tally, windows: [], deviceChanges: [], reuse: [] },
      ...{ tilesTotal: 0, passedPx: 0, reusedPx: 0, device: 'none' },
    };
    const steps = planSteps(source, plan, options, progress);
    for (const [index, step] of steps.entries()) {
      // Between steps 16 bit are kept, so that nothing is rounded to 8 twice.
      const bitDepth = index === steps.length - 1 ? source.shape.bitDepth : 16;
      const next = await step(store, bitDepth, path.join(job.scratchFolder, `step${index}`));
      store.dispose();
      store = next;
    }
    const isResized = whole.width !== to.width || whole.height !== to.height;
    const names =
      plan.passes.length > 0 ? plan.passes.map(({ id }) => id) : isResized ? [plan.finish.kernel] : [];
    const inferenceMs = performance.now() - startedAt;
    return {
      store,
      models: names,
      device: progress.device,
      passes: plan.passes,
      howMade: { kind: plan.kind, finish: plan.finish, tolerance: plan.tolerance },
      windows: progress.windows,
      deviceChanges: progress.deviceChanges,
      tiles: tally.tilesDone,
      repairedTiles: tally.repairedTiles,
      reuse: progress.reuse,
      ...(progress.reusedPx > 0 && { reusedShare: progress.reusedPx / progress.passedPx }),
      inferenceMs,
    };
  } catch (error) {
    store.dispose();
    throw error;
  }
}
