import type { RawNetwork } from '../../engine/rawNetwork.ts';
import type { Size } from '../../api/image.ts';
import type { ModelTiling } from '../../tiling/planTiles.ts';
import { cutTile, type FloatTile } from '../../tiling/floatTile.ts';
import type { NetworkShape } from './findShape.ts';
import { sampleTile } from './sampleTiles.ts';

/** What tiles of a network need, and the cost of running it. */
export interface MeasuredTiles {
  readonly tiling: ModelTiling;
  readonly isExact: boolean;
  /** Largest difference of a tile from the whole beyond the context, in full scale; null if it is not known. */
  readonly tileDifference: number | null;
  readonly megapixelsPerSecond: number;
  readonly bytesPerPx: number;
}

/** More context is not worthwhile: windows would consist mostly of it. */
const MAX_EXACT_PX = 64;
const MAX_CONTEXT_PX = 32;

/** A measured context is cross-faded, so that the remaining difference does not show as a line. */
const BLEND_PX = 8;

const ROUNDING = 1e-3;
const GOOD_DIFFERENCE = 1 / 255;

const STRIP = { width: 160, height: 48 };
const CUT_PX = 64;

/** Multiply-accumulates of a network that is slow on any processor: its strip is shorter. */
const SLOW_MACS = 50e9;

function roundUp(value: number, multiplePx: number): number {
  return Math.ceil(value / multiplePx) * multiplePx;
}

/** For each distance from a cut, in input pixels, the largest difference there or farther away. */
function differencesBeyond(whole: FloatTile, part: FloatTile, scale: number, cutPx: number): number[] {
  const columns = part.width / scale;
  const largest = new Array<number>(columns).fill(0);
  for (let row = 0; row < 3 * part.height; row++) {
    for (let x = 0; x < part.width; x++) {
      const difference = Math.abs(
        part.data[row * part.width + x]! - whole.data[row * whole.width + cutPx * scale + x]!,
      );
      const column = Math.floor(x / scale);
      if (!(difference <= largest[column]!)) largest[column] = difference;
    }
  }
  for (let column = columns - 2; column >= 0; column--) {
    largest[column] = Math.max(largest[column]!, largest[column + 1]!);
  }
  return largest;
}

/** The least context beyond which a difference is good enough, or the most that is sensible. */
function measuredContext(differences: readonly number[], multiplePx: number): number {
  const found = differences.findIndex((difference) => difference <= GOOD_DIFFERENCE);
  const contextPx = found < 0 ? MAX_CONTEXT_PX : Math.min(Math.max(found, 8), MAX_CONTEXT_PX);
  return roundUp(contextPx, Math.max(multiplePx, 4));
}

interface Run {
  readonly answer: FloatTile;
  readonly elapsedMs: number;
}

async function timed(network: RawNetwork, tile: FloatTile): Promise<Run> {
  const startedAt = performance.now();
  const answer = await network.run(tile);
  return { answer, elapsedMs: performance.now() - startedAt };
}

const MIN_BYTES_PER_PX = 2_500;

/** Memory after a run is close to its peak: the runtime keeps it for the next one. */
function bytesPerPx(before: number, { width, height }: Size): number {
  const grown = process.memoryUsage.rss() - before;
  return Math.max(MIN_BYTES_PER_PX, Math.ceil((1.2 * grown) / (width * height)));
}

export interface TilesRequest {
  readonly shape: NetworkShape;
  readonly fixedPx: Size | undefined;
  /** The radius according to the graph; undefined if it cannot be worked out. */
  readonly radiusPx: number | undefined;
  readonly macs: number;
}

/** A network of one size shows no difference: its window is always the same. */
async function measureFixed(network: RawNetwork, fixedPx: Size, shape: NetworkShape): Promise<MeasuredTiles> {
  const before = process.memoryUsage.rss();
  await network.run(sampleTile(fixedPx));
  const { elapsedMs } = await timed(network, sampleTile(fixedPx));
  const side = Math.min(fixedPx.width, fixedPx.height);
  const contextPx = Math.min(16, Math.floor(side / 8));
  return {
    tiling: { contextPx, blendPx: Math.min(BLEND_PX, contextPx), fixedPx },
    isExact: false,
    // It cannot be run on anything larger to compare with.
    tileDifference: null,
    megapixelsPerSecond: (fixedPx.width * fixedPx.height * shape.scale ** 2) / 1000 / elapsedMs,
    bytesPerPx: bytesPerPx(before, fixedPx),
  };
}

/**
 * Runs a network on a strip and on the strip without its left part: how far from the cut the two differ is the context
 * that its tiles need. The radius of the graph is trusted only if the two agree beyond it.
 */
export async function measureTiles(network: RawNetwork, request: TilesRequest): Promise<MeasuredTiles> {
  const { shape, fixedPx, radiusPx, macs } = request;
  if (fixedPx !== undefined) return measureFixed(network, fixedPx, shape);
  const { scale, multiplePx, leastPx } = shape;
  const isSlow = macs > SLOW_MACS;
  const height = roundUp(Math.max(leastPx, isSlow ? 32 : STRIP.height), multiplePx);
  const cutPx = roundUp(CUT_PX, multiplePx);
  const width = cutPx + roundUp(Math.max(STRIP.width - CUT_PX, leastPx), multiplePx);
  const strip = sampleTile({ width, height });
  const before = process.memoryUsage.rss();
  const { answer: whole, elapsedMs } = await timed(network, strip);
  const pace = (size: Size, ms: number): number => (size.width * size.height * scale ** 2) / 1000 / ms;
  const memory = bytesPerPx(before, strip);
  const right = cutTile(strip, { x: cutPx, y: 0, width: width - cutPx, height });
  const part = await timed(network, right);
  const differences = differencesBeyond(whole, part.answer, scale, cutPx);
  const sees = radiusPx === undefined ? Infinity : roundUp(Math.ceil(radiusPx), multiplePx);
  const isExact = sees <= MAX_EXACT_PX && (differences[sees] ?? 0) <= ROUNDING;
  const contextPx = isExact ? sees : measuredContext(differences, multiplePx);
  return {
    tiling: {
      contextPx,
      blendPx: isExact ? 0 : BLEND_PX,
      ...(multiplePx > 1 && { multiplePx }),
      ...(leastPx > 1 && { leastPx }),
    },
    isExact,
    tileDifference: differences[contextPx] ?? 0,
    // The faster of two runs: other programs may have slowed one down.
    megapixelsPerSecond: Math.max(pace(strip, elapsedMs), pace(right, part.elapsedMs)),
    bytesPerPx: memory,
  };
}
