import { writeFile } from 'node:fs/promises';
import type { Raster, Size } from '../../api/image.ts';
import type { ComparisonArrangement } from '../../api/methodInputs.ts';
import { encodeJpeg, fittedSize, type ImageView } from '../../image/smallImages.ts';

/** Long side of the image: large enough for any screen, small enough to send. */
const COMPARISON_PX = 3_000;
const QUALITY = 92;
/** The line between both halves, as a share of the width. */
const LINE_SHARE = 1 / 500;
const WHITE = 255;

/** Grey images have one channel, and a coloured result may have a grey original. */
function asRgb({ width, height, channels, data }: Raster): Raster {
  if (channels === 3) return { width, height, channels, data };
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) rgb.fill(data[pixel] ?? 0, pixel * 3, pixel * 3 + 3);
  return { width, height, channels: 3, data: rgb };
}

function linePxOf(width: number): number {
  return Math.max(2, Math.round(width * LINE_SHARE));
}

/** Puts the left part of one image next to the right part of another of the same size, with a line between them. */
function join(left: Raster, right: Raster, split: number): Raster {
  const { width, height } = left;
  const linePx = linePxOf(width);
  const lineFrom = Math.round(width * split - linePx / 2);
  const [from = 0, to = 0] = [lineFrom, lineFrom + linePx].map((x) => Math.min(width, Math.max(0, x)) * 3);
  const data = new Uint8Array(right.data);
  for (let row = 0; row < height; row++) {
    const at = row * width * 3;
    data.set(left.data.subarray(at, at + from), at);
    data.fill(WHITE, at + from, at + to);
  }
  return { width, height, channels: 3, data };
}

/** Puts two whole images of the same size side by side, with a line between them. */
function placeBeside(left: Raster, right: Raster): Raster {
  const { height } = left;
  const width = 2 * left.width + linePxOf(2 * left.width);
  const data = new Uint8Array(width * height * 3).fill(WHITE);
  const rowBytes = left.width * 3;
  for (let row = 0; row < height; row++) {
    const at = row * width * 3;
    data.set(left.data.subarray(row * rowBytes, (row + 1) * rowBytes), at);
    data.set(right.data.subarray(row * rowBytes, (row + 1) * rowBytes), at + width * 3 - rowBytes);
  }
  return { width, height, channels: 3, data };
}

/** The size of each image within the long side of the whole. */
function partSize({ width, height }: Size, layout: ComparisonArrangement['layout']): Size {
  if (layout === 'split') return fittedSize({ width, height }, COMPARISON_PX);
  const both = fittedSize({ width: 2 * width, height }, COMPARISON_PX);
  return { width: Math.max(1, Math.round(both.width / 2)), height: both.height };
}

/** Writes one JPEG with the original on the left and its enlargement on the right. */
export async function makeComparison(
  original: ImageView,
  result: ImageView,
  { layout, split, target }: ComparisonArrangement & { readonly target: string },
): Promise<{ readonly sizeBytes: number }> {
  const size = partSize(result.size, layout);
  const [left, right] = [asRgb(await original.resized(size)), asRgb(await result.resized(size))];
  const joined = layout === 'split' ? join(left, right, split) : placeBeside(left, right);
  const bytes = await encodeJpeg(joined, QUALITY);
  await writeFile(target, bytes, { flag: 'wx' });
  return { sizeBytes: bytes.length };
}
