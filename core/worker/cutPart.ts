import type { Samples } from '../api/image.ts';
import { createRowStore, type RowStore } from '../image/rowStore.ts';
import type { ResampleWindow } from '../tiling/resample.ts';

const ROWS_AT_ONCE = 64;

/**
 * Cuts a part out of an image of which only `window.from` is available.
 *
 * @returns A new store; the caller disposes of both.
 */
export function cutPart(source: RowStore, { from, to }: ResampleWindow, scratchPath: string): RowStore {
  const { channels, bitDepth } = source.shape;
  const target = createRowStore({ width: to.width, height: to.height, channels, bitDepth }, scratchPath);
  const [left, top] = [to.x - from.x, to.y - from.y];
  for (let y = 0; y < to.height; y += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, to.height - y);
    const rows = source.read(top + y, count);
    const strip = target.read(y, count);
    for (let row = 0; row < count; row++) {
      const start = (row * rows.width + left) * channels;
      copy(rows.data, start, strip.data, row * to.width * channels, to.width * channels);
    }
    target.write(y, strip.data);
  }
  return target;
}

function copy(from: Samples, start: number, to: Samples, at: number, count: number): void {
  to.set(from.subarray(start, start + count), at);
}
