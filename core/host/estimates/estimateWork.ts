import type { WorkEstimate } from '../../api/workEstimate.ts';
import { costOf } from './linearRate.ts';
import {
  imageBytes,
  imageTime,
  megapixelsOf,
  paceOf,
  type EstimateBasis,
  type ImageWork,
} from './estimateImage.ts';
import { encodingKey } from './rateKeys.ts';
import { workMemoryBytes } from './workMemory.ts';

/** What is known of a batch before its work begins. */
export interface PlannedWork {
  readonly images: readonly ImageWork[];
  /** Images whose header does not contain the size: they count as the mean of the others. */
  readonly unsized: number;
  readonly workers: number;
}

interface Sums {
  readonly megapixels: number;
  readonly sizeBytes: number;
  readonly inferenceMs: number | undefined;
  readonly otherMs: number;
}

function sumUp(images: readonly ImageWork[], basis: EstimateBasis): Sums {
  let sums: Sums = { megapixels: 0, sizeBytes: 0, inferenceMs: 0, otherMs: 0 };
  for (const work of images) {
    const { inferenceMs, otherMs } = imageTime(work, basis);
    sums = {
      megapixels: sums.megapixels + megapixelsOf(work.to) * work.frames,
      sizeBytes: sums.sizeBytes + imageBytes(work, basis),
      inferenceMs:
        inferenceMs === undefined || sums.inferenceMs === undefined
          ? undefined
          : sums.inferenceMs + inferenceMs,
      otherMs: sums.otherMs + otherMs,
    };
  }
  return sums;
}

/**
 * Estimates pixels, bytes, time and memory of a batch.
 *
 * @throws EnlargerError `model/not-found`, `size/invalid`.
 */
export function estimateWork({ images, unsized, workers }: PlannedWork, basis: EstimateBasis): WorkEstimate {
  const { megapixels, sizeBytes, inferenceMs, otherMs } = sumUp(images, basis);
  const count = images.length + unsized;
  const upscaled = images.length === 0 ? 0 : count / images.length;
  const pace = paceOf(basis.rates);
  const share = pace.serialShare;
  const engines = Math.min(pace.engines, Math.max(1, count));
  const start = basis.rates.start['all'];
  // The first image is decoded and the last one encoded while the engine has nothing else to do.
  const alone = images.length === 0 ? 0 : (Math.max(0, 1 - share) * otherMs) / images.length;
  const elapsedMs =
    inferenceMs === undefined || images.length === 0
      ? undefined
      : ((inferenceMs + share * otherMs) * upscaled) / engines + alone + (start ? costOf(start, 1) : 0);
  const isBytesKnown = images.every(
    ({ outputFormat }) => basis.rates.bytes[encodingKey(outputFormat, basis.settings.quality)] !== undefined,
  );
  return {
    images: count,
    unsizedImages: unsized,
    outputMegapixels: megapixels * upscaled,
    sizeBytes: Math.round(sizeBytes * upscaled),
    sizeFrom: isBytesKnown ? 'earlier-results' : 'defaults',
    memoryBytes: workMemoryBytes(images, workers),
    ...(elapsedMs !== undefined && { elapsedMs: Math.round(elapsedMs) }),
  };
}
