import type { Size } from '../../api/image.ts';
import type { ImageWork } from './estimateImage.ts';
import { megapixelsOf } from './estimateImage.ts';

const MEGABYTE = 1024 * 1024;

/*
 * By the peaks of resident memory on Linux with `fast-x4`: 118 MB for the command; 188 MB for a worker with images of
 * 128 × 128 px, 643 MB with one of 12 MP, enlarged four times (`tests/bench/batchMemory.ts`).
 */
const COMMAND_BYTES = 118 * MEGABYTE;
const WORKER_BYTES = 150 * MEGABYTE;

/** What the engine needs for each pixel of the largest window, and how large a window can be. */
const ENGINE_BYTES_PER_PIXEL = 2_350;
const MAX_WINDOW_PX = 192 * 1024;

/** Pixels that a worker has in memory at once (`core/worker/main.ts`), and results above this are kept in a file. */
const OVERLAP_BYTES = 512 * MEGABYTE;
const IN_MEMORY_BYTES = 384 * MEGABYTE;

/** Colour in 8 bits. */
const BYTES_PER_PIXEL = 3;

function bytesOf(size: Size): number {
  return megapixelsOf(size) * 1e6 * BYTES_PER_PIXEL;
}

/** Pixels of an image and its result, and the encoder's copy. */
function pixelBytes({ from, to }: ImageWork): number {
  const result = bytesOf(to);
  return bytesOf(from) + (result > IN_MEMORY_BYTES ? 0 : 2 * result);
}

/** Memory of the whole process tree while these images are enlarged; a larger network than `fast-x4` needs more. */
export function workMemoryBytes(images: readonly ImageWork[], workers: number): number {
  const perWorker = Math.ceil(images.length / Math.max(1, workers));
  const largest = images
    .map(pixelBytes)
    .sort((a, b) => b - a)
    // One is decoded, one in the engine, one encoded.
    .slice(0, Math.min(3, perWorker));
  const [first = 0] = largest;
  const together = largest.reduce((sum, bytes) => sum + bytes, 0);
  const pixels = Math.min(together, Math.max(first, OVERLAP_BYTES));
  const windowPx = images.reduce((most, { from }) => Math.max(most, from.width * from.height), 0);
  const engine = ENGINE_BYTES_PER_PIXEL * Math.min(windowPx, MAX_WINDOW_PX);
  const processes = Math.min(workers, Math.max(1, images.length));
  return Math.round(COMMAND_BYTES + processes * (WORKER_BYTES + engine + pixels));
}
