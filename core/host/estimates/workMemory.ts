import type { ImageWork } from './estimateImage.ts';
import { megapixelsOf } from './estimateImage.ts';

const MEGABYTE = 1024 * 1024;

/** The command and its libraries, and a worker with a network and its tiles. */
const PROGRAM_BYTES = 110 * MEGABYTE;
const WORKER_BYTES = 330 * MEGABYTE;

/** Pixels that a worker holds at once (`core/worker/main.ts`), and results above this are kept in a file. */
const OVERLAP_BYTES = 512 * MEGABYTE;
const IN_MEMORY_BYTES = 384 * MEGABYTE;

/** Colour and alpha in 8 bits. */
const BYTES_PER_PIXEL = 3;

/** Pixels of an image and its result, and the encoder's copy. */
function pixelBytes({ from, to }: ImageWork): number {
  const input = megapixelsOf(from) * 1e6 * BYTES_PER_PIXEL;
  const result = megapixelsOf(to) * 1e6 * BYTES_PER_PIXEL;
  return input + (result > IN_MEMORY_BYTES ? 0 : 2 * result);
}

/** Memory of the whole process tree while these images are enlarged. */
export function workMemoryBytes(images: readonly ImageWork[], workers: number): number {
  const perWorker = Math.ceil(images.length / Math.max(1, workers));
  const largest = images
    .map(pixelBytes)
    .sort((a, b) => b - a)
    // One is decoded, one in the engine, one encoded.
    .slice(0, Math.min(3, perWorker));
  const [first = 0] = largest;
  const together = largest.reduce((sum, bytes) => sum + bytes, 0);
  const perProcess = Math.min(together, Math.max(first, OVERLAP_BYTES));
  const processes = Math.min(workers, Math.max(1, images.length));
  return Math.round(PROGRAM_BYTES + processes * (WORKER_BYTES + perProcess));
}
