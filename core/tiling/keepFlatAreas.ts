import { TILE_CHANNELS, type FloatTile } from './floatTile.ts';

/**
 * Beyond this distance a change of colour has no visible effect: measured on flat areas with shapes, no network of ours
 * differs there from its value for flat areas by more than a step of 8 bit.
 */
const MAX_REACH_PX = 8;

/** Share of the reach within which the network alone decides about a change of colour. */
const NEAR_SHARE = 3 / 8;

interface Reach {
  /** Pixels at most this far from a change stay as the network made them. */
  readonly nearPx: number;
  /** Pixels at least this far have the colour of the source; those between fade. */
  readonly farPx: number;
}

function reachOf(contextPx: number): Reach {
  const farPx = Math.max(1, Math.min(MAX_REACH_PX, contextPx - 1));
  return { nearPx: Math.floor(farPx * NEAR_SHARE), farPx };
}

function isSameColour({ data, width, height }: FloatTile, at: number, other: number): boolean {
  const plane = width * height;
  return (
    data[at] === data[other] &&
    data[plane + at] === data[plane + other] &&
    data[2 * plane + at] === data[2 * plane + other]
  );
}

/**
 * Whether a row has enough pixels of one colour in a run for one of them to be farther than `nearPx` from a change. Most
 * tiles of photographs have none, and need not be examined pixel by pixel.
 */
function hasFlatRun(tile: FloatTile, nearPx: number): boolean {
  const { width, height } = tile;
  const needed = Math.min(width, nearPx + 2);
  for (let row = 0; row < height; row++) {
    const end = (row + 1) * width;
    for (let run = 1, at = row * width + 1; at <= end; at++) {
      if (run >= needed) return true;
      run = at < end && isSameColour(tile, at, at - 1) ? run + 1 : 1;
    }
  }
  return false;
}

/** Marks with 0 the pixels on both sides of every change of colour; all others have `farPx`. */
function markChanges(tile: FloatTile, farPx: number): Uint8Array {
  const { width, height } = tile;
  const plane = width * height;
  const distances = new Uint8Array(plane).fill(farPx);
  const compare = (at: number, other: number): void => {
    if (!isSameColour(tile, at, other)) distances[at] = distances[other] = 0;
  };
  for (let at = 0; at < plane; at++) {
    if (at % width > 0) compare(at, at - 1);
    if (at >= width) compare(at, at - width);
  }
  return distances;
}

/** For each pixel the distance to the nearest change of colour, in rows, columns or diagonal steps; at most `farPx`. */
function distancesToChange(tile: FloatTile, farPx: number): Uint8Array {
  const { width, height } = tile;
  const distances = markChanges(tile, farPx);
  const spread = (at: number, x: number, y: number, step: 1 | -1): void => {
    let least = distances[at]!;
    const take = (other: number): void => {
      if (distances[other]! < least) least = distances[other]! + 1;
    };
    const hasRow = step === 1 ? y > 0 : y < height - 1;
    const [hasBefore, hasAfter] = step === 1 ? [x > 0, x < width - 1] : [x < width - 1, x > 0];
    if (hasBefore) take(at - step);
    if (hasRow) take(at - step * width);
    if (hasRow && hasBefore) take(at - step * (width + 1));
    if (hasRow && hasAfter) take(at - step * (width - 1));
    distances[at] = least;
  };
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) spread(y * width + x, x, y, 1);
  for (let y = height - 1; y >= 0; y--) for (let x = width - 1; x >= 0; x--) spread(y * width + x, x, y, -1);
  return distances;
}

/** Moves the result of one source pixel towards that pixel's colour. */
function moveTowards(source: FloatTile, enlarged: FloatTile, at: number, weight: number): void {
  const scale = enlarged.width / source.width;
  const [x, y] = [at % source.width, Math.floor(at / source.width)];
  for (let plane = 0; plane < TILE_CHANNELS; plane++) {
    const colour = source.data[plane * source.width * source.height + at]!;
    for (let row = 0; row < scale; row++) {
      const start = ((plane * source.height + y) * scale + row) * enlarged.width + x * scale;
      for (let target = start; target < start + scale; target++) {
        const made = enlarged.data[target]!;
        enlarged.data[target] = weight === 1 ? colour : made + weight * (colour - made);
      }
    }
  }
}

/**
 * Gives areas of one colour exactly that colour in an enlarged tile. Networks miss it by a step or two, and by far more
 * at the border of an image, where they see black beyond it. The colour fades into the network's result near changes
 * of colour. A pixel's value depends only on its surroundings, so tiles agree.
 *
 * @param enlarged Is changed.
 * @param contextPx How far the network sees. Nothing within it differs where the colour is exact.
 */
export function keepFlatAreas(source: FloatTile, enlarged: FloatTile, contextPx: number): void {
  const { nearPx, farPx } = reachOf(contextPx);
  if (!hasFlatRun(source, nearPx)) return;
  const distances = distancesToChange(source, farPx);
  for (let at = 0; at < distances.length; at++) {
    const distancePx = distances[at]!;
    if (distancePx > nearPx) moveTowards(source, enlarged, at, (distancePx - nearPx) / (farPx - nearPx));
  }
}
