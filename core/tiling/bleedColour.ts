import { hasAlphaChannel, type Raster } from '../api/image.ts';

/**
 * How far colour is carried into transparent regions. A network sees at most this far from a visible pixel, so colour
 * hidden further away cannot touch anything visible, and stays as it is.
 */
const REACH_PX = 32;

/** Ring in which a pixel got its colour; rings count from the visible pixels outwards. */
const UNFILLED = 0;
const VISIBLE = 1;
const WAITING = 255;

/** Writes the positions of the (at most 8) neighbours of a pixel into `out`; returns how many there are. */
function listNeighbours(index: number, width: number, height: number, out: Int32Array): number {
  const x = index % width;
  const y = (index - x) / width;
  const lastX = Math.min(x + 1, width - 1);
  const lastY = Math.min(y + 1, height - 1);
  let count = 0;
  for (let row = Math.max(y - 1, 0); row <= lastY; row++) {
    for (let column = Math.max(x - 1, 0); column <= lastX; column++) {
      if (row !== y || column !== x) out[count++] = row * width + column;
    }
  }
  return count;
}

/**
 * Gives fully transparent pixels near visible ones the mean colour of their visible neighbours, ring by ring, in
 * place. Whatever colour a file hides there (often black or white) would otherwise be drawn into the edge by any
 * filter that looks at neighbours: the well-known halo.
 */
export function bleedColour(raster: Raster): void {
  if (!hasAlphaChannel(raster.channels)) return;
  const { data, channels, width, height } = raster;
  const rings = new Uint8Array(width * height);
  for (let i = 0; i < rings.length; i++) {
    rings[i] = (data[i * channels + channels - 1] ?? 0) > 0 ? VISIBLE : UNFILLED;
  }
  let frontier = firstFrontier(rings, width, height);
  for (let ring = VISIBLE + 1; ring <= REACH_PX && frontier.length > 0; ring++) {
    for (const index of frontier) fillFromNeighbours(raster, rings, index, ring);
    for (const index of frontier) rings[index] = ring;
    frontier = unfilledAround(frontier, rings, width, height);
  }
}

/** Transparent pixels that touch a visible one. */
function firstFrontier(rings: Uint8Array, width: number, height: number): number[] {
  const near = new Int32Array(8);
  const frontier: number[] = [];
  for (let i = 0; i < rings.length; i++) {
    if (rings[i] !== UNFILLED) continue;
    const count = listNeighbours(i, width, height, near);
    for (let k = 0; k < count; k++) {
      if (rings[near[k] ?? 0] !== VISIBLE) continue;
      frontier.push(i);
      break;
    }
  }
  for (const index of frontier) rings[index] = WAITING;
  return frontier;
}

function unfilledAround(
  frontier: readonly number[],
  rings: Uint8Array,
  width: number,
  height: number,
): number[] {
  const near = new Int32Array(8);
  const next: number[] = [];
  for (const index of frontier) {
    const count = listNeighbours(index, width, height, near);
    for (let k = 0; k < count; k++) {
      const position = near[k] ?? 0;
      if (rings[position] !== UNFILLED) continue;
      rings[position] = WAITING;
      next.push(position);
    }
  }
  return next;
}

/** Sets a pixel's colour to the mean of those neighbours that had one before this ring. */
function fillFromNeighbours(raster: Raster, rings: Uint8Array, index: number, ring: number): void {
  const { data, channels, width, height } = raster;
  const near = new Int32Array(8);
  const count = listNeighbours(index, width, height, near);
  for (let channel = 0; channel < channels - 1; channel++) {
    let sum = 0;
    let filled = 0;
    for (let k = 0; k < count; k++) {
      const position = near[k] ?? 0;
      const filledIn = rings[position] ?? UNFILLED;
      if (filledIn === UNFILLED || filledIn >= ring) continue;
      sum += data[position * channels + channel] ?? 0;
      filled++;
    }
    if (filled > 0) data[index * channels + channel] = Math.round(sum / filled);
  }
}
