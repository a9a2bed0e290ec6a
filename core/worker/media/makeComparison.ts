import { writeFile } from 'node:fs/promises';
import type { Raster } from '../../api/image.ts';
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

/** Puts the left part of one image next to the right part of another of the same size, with a line between them. */
function join(left: Raster, right: Raster, split: number): Raster {
  const { width, height } = left;
  const linePx = Math.max(2, Math.round(width * LINE_SHARE));
  const lineFrom = Math.round(width * split - linePx / 2);
  const [from, to] = [lineFrom, lineFrom + linePx].map((x) => Math.min(width, Math.max(0, x)) * 3);
  const data = new Uint8Array(right.data);
  for (let row = 0; row < height; row++) {
    const at = row * width * 3;
    data.set(left.data.subarray(at, at + (from ?? 0)), at);
    data.fill(WHITE, at + (from ?? 0), at + (to ?? 0));
  }
  return { width, height, channels: 3, data };
}

/**
 * Writes one JPEG with the original on the left and its enlargement on the right.
 *
 * @param split Where they meet, as a share of the width.
 */
export async function makeComparison(
  original: ImageView,
  result: ImageView,
  { split, target }: { readonly split: number; readonly target: string },
): Promise<{ readonly sizeBytes: number }> {
  const size = fittedSize(result.size, COMPARISON_PX);
  const [left, right] = [asRgb(await original.resized(size)), asRgb(await result.resized(size))];
  const bytes = await encodeJpeg(join(left, right, split), QUALITY);
  await writeFile(target, bytes, { flag: 'wx' });
  return { sizeBytes: bytes.length };
}
