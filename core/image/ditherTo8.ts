import type { Samples } from '../api/image.ts';
import { createRowStore, type RowStore } from './rowStore.ts';

const ROWS_AT_ONCE = 64;

/** A fixed pattern of noise, 0…1, without visible structure; the same image always gets the same one. */
function noiseAt(x: number, y: number): number {
  let hash = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** Exact on values that 8 bits can represent (multiples of 257); all others are spread over their two neighbours. */
function ditherRow(from: Samples, to: Uint8Array, start: number, count: number, y: number): void {
  for (let x = 0; x < count; x++)
    to[start + x] = Math.floor((from[start + x] ?? 0) / 257 + noiseAt(x, y) * (1 - 1e-9));
}

/**
 * Reduces a 16-bit image to 8 bit with noise in place of rounding, so that smooth skies do not show bands.
 *
 * @returns A new store; the caller still disposes of both.
 */
export function ditherTo8(store: RowStore, scratchPath: string): RowStore {
  const { width, height, channels } = store.shape;
  const reduced = createRowStore({ ...store.shape, bitDepth: 8 }, scratchPath);
  const rowLength = width * channels;
  for (let top = 0; top < height; top += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, height - top);
    const deep = store.read(top, count).data;
    const rows = new Uint8Array(count * rowLength);
    for (let y = 0; y < count; y++) ditherRow(deep, rows, y * rowLength, rowLength, top + y);
    reduced.write(top, rows);
  }
  return reduced;
}
