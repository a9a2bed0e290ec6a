import type { Size } from '../../core/api/image.ts';
import { loadConvolutionPeak } from '../../core/engine/convolutionPeak.ts';
import { networkModel, type LoadedModel } from '../../core/engine/engine.ts';
import { chooseDevice, loadModel } from '../../core/engine/registry.ts';
import type { InstalledModel } from '../../core/models/modelRegistry.ts';
import { emptyTile } from '../../core/tiling/floatTile.ts';

/** Large enough for the overlap at the edges of a tile to be negligible. */
export const BENCH_TILE: Size = { width: 256, height: 256 };

/** The manifest counts multiply-accumulates for an input of 64 × 64. */
const MANIFEST_AREA_PX = 64 * 64;

export interface ModelSpeed {
  readonly id: string;
  /** Shortest time for one tile. */
  readonly bestMs: number;
  readonly outputMegapixelsPerSecond: number;
  readonly gigaflops: number;
  /** Fraction of the machine's convolution peak, 0…1. */
  readonly shareOfPeak: number;
}

export interface EngineSpeeds {
  readonly peakGigaflops: number;
  readonly models: readonly ModelSpeed[];
}

export interface MeasureOptions {
  /** Processor threads for one run. */
  readonly threads: number;
  /** Maximum number of rounds; the first one that counts is always completed. */
  readonly rounds: number;
  /** No round starts after this time, as read from `performance.now()`. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Two operations for each multiply-accumulate. */
function gigaflops(macs: number, elapsedMs: number): number {
  return (2 * macs) / (elapsedMs * 1e6);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

function speedOf({ manifest }: InstalledModel, bestMs: number, peakGigaflops: number): ModelSpeed {
  const areaPx = BENCH_TILE.width * BENCH_TILE.height;
  const speed = gigaflops((manifest.macs * areaPx) / MANIFEST_AREA_PX, bestMs);
  return {
    id: manifest.id,
    bestMs,
    outputMegapixelsPerSecond: (areaPx * manifest.scale ** 2) / (bestMs * 1e3),
    gigaflops: speed,
    shareOfPeak: speed / peakGigaflops,
  };
}

/** A function to run repeatedly, with its best time so far. */
interface Contestant {
  readonly run: () => Promise<unknown>;
  bestMs: number;
}

async function runRounds(contestants: readonly Contestant[], options: MeasureOptions): Promise<void> {
  // The first round does not count: it allocates memory and starts threads.
  for (let round = 0; round <= options.rounds; round++) {
    if (round > 1 && performance.now() > options.deadlineMs) return;
    for (const contestant of contestants) {
      options.signal.throwIfAborted();
      const elapsedMs = await timed(contestant.run);
      if (round > 0) contestant.bestMs = Math.min(contestant.bestMs, elapsedMs);
    }
  }
}

/**
 * Measures the convolution peak of the processor, and every model on one tile. The measurements alternate, so that other load on the
 * machine affects all of them alike; the best round counts.
 *
 * @throws EnlargerError `model/…` or `engine/…`, or the signal's reason.
 */
export async function measureModels(
  registry: readonly InstalledModel[],
  options: MeasureOptions,
): Promise<EngineSpeeds> {
  const { threads } = options;
  const peak = await loadConvolutionPeak(threads);
  const loaded: LoadedModel[] = [];
  try {
    for (const model of registry.map(networkModel)) {
      loaded.push(await loadModel(model, { device: chooseDevice(model, 'cpu'), threads }));
    }
    const tile = emptyTile(BENCH_TILE);
    tile.data.forEach((_, index) => (tile.data[index] = (index % 251) / 250));
    const peakRuns: Contestant = { run: () => peak.run(), bestMs: Infinity };
    const modelRuns = loaded.map((model): Contestant => ({
      run: () => model.enlargeTile(tile),
      bestMs: Infinity,
    }));
    await runRounds(
      modelRuns.flatMap((model) => [peakRuns, model]),
      options,
    );
    const peakGigaflops = gigaflops(peak.macs, peakRuns.bestMs);
    const models = registry.map((model, index) =>
      speedOf(model, modelRuns[index]?.bestMs ?? Number.NaN, peakGigaflops),
    );
    return { peakGigaflops, models };
  } finally {
    for (const model of loaded) await model.dispose();
    await peak.dispose();
  }
}
