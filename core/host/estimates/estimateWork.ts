import type { WorkEstimate } from '../../api/views.ts';
import { costOf } from './linearRate.ts';
import { imageTime, megapixelsOf, type EstimateBasis, type ImageWork } from './estimateImage.ts';
import { DEFAULT_BYTES_PER_PIXEL } from './defaultBytes.ts';
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

function bytesOf({ outputFormat, to, frames }: ImageWork, { rates, settings }: EstimateBasis): number {
  const made = megapixelsOf(to) * frames;
  const rate = rates.bytes[encodingKey(outputFormat, settings.quality)];
  return rate === undefined ? DEFAULT_BYTES_PER_PIXEL[outputFormat] * made * 1e6 : costOf(rate, made);
}

function sumUp(images: readonly ImageWork[], basis: EstimateBasis): Sums {
  let sums: Sums = { megapixels: 0, sizeBytes: 0, inferenceMs: 0, otherMs: 0 };
  for (const work of images) {
    const { inferenceMs, otherMs } = imageTime(work, basis);
    sums = {
      megapixels: sums.megapixels + megapixelsOf(work.to) * work.frames,
      sizeBytes: sums.sizeBytes + bytesOf(work, basis),
      inferenceMs:
        inferenceMs === undefined || sums.inferenceMs === undefined
          ? undefined
          : sums.inferenceMs + inferenceMs,
      otherMs: sums.otherMs + otherMs,
    };
  }
  return sums;
}

/** How the steps of several images overlap. */
interface Pace {
  /** Share of decoding, encoding and judging that the engine's work does not hide; all of it until measured. */
  readonly serialShare: number;
  /** Images inside an engine at once, on average. */
  readonly engines: number;
}

function paceOf({ overlap: { betweenMs, inferenceMs, otherMs } }: EstimateBasis['rates']): Pace {
  if (betweenMs <= 0 || otherMs <= 0) return { serialShare: 1, engines: 1 };
  return {
    serialShare: Math.max(0, (betweenMs - inferenceMs) / otherMs),
    engines: Math.max(1, inferenceMs / betweenMs),
  };
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
