import { EnlargerError } from '../../core/api/errors.ts';
import type { FloatImage, Size } from '../../core/api/image.ts';
import type { DecodeOptions } from '../../core/image/decode.ts';
import { readRaster } from '../../core/image/readRaster.ts';
import { toFloatImage } from '../../core/image/toFloatImage.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import type { ComparisonOptions } from '../../core/quality/metrics/comparedPlanes.ts';

/** Accepts images as large as results may be. */
const DECODE: DecodeOptions = {
  colour: 'keep',
  maxPixels: DEFAULT_JOB_SETTINGS.maxOutputMegapixels * 1e6,
};

/** The top left part of an image. */
function cropTopLeft(image: FloatImage, { width, height }: Size): FloatImage {
  const data = new Float32Array(image.channels * width * height);
  for (let row = 0; row < image.channels * height; row++) {
    const sourceRow = Math.floor(row / height) * image.height + (row % height);
    const start = sourceRow * image.width;
    data.set(image.data.subarray(start, start + width), row * width);
  }
  return { width, height, channels: image.channels, data };
}

/**
 * [Note: References are cropped] The literature makes a low-resolution image from the reference cropped at its right
 * and bottom to a multiple of the scale. The enlarged image is then up to `scale − 1` px smaller than the reference.
 *
 * @returns The reference, cropped if that explains the difference, otherwise unchanged.
 */
export function cropToOutput(reference: FloatImage, output: Size, options: ComparisonOptions): FloatImage {
  if (options.protocol === 'plain') return reference;
  const missing = [reference.width - output.width, reference.height - output.height];
  const isExplained = missing.every((px) => px >= 0 && px < options.scale);
  return isExplained && missing.some((px) => px > 0) ? cropTopLeft(reference, output) : reference;
}

/** A reference and an output in memory, ready to compare. */
export interface ReadPair {
  readonly reference: FloatImage;
  readonly output: FloatImage;
}

/** An image; an error names which of the two it was. */
async function readNamed(file: string): Promise<FloatImage> {
  try {
    return toFloatImage(await readRaster(file, DECODE));
  } catch (error) {
    if (!(error instanceof EnlargerError) || error.message.includes(file)) throw error;
    throw new EnlargerError(error.code, `${file}: ${error.message}`, error.details, { cause: error });
  }
}

/**
 * Reads two images; their sizes may differ.
 *
 * @throws EnlargerError `input/…` or `image/…`.
 */
export async function readPair(
  { reference, output }: { readonly reference: string; readonly output: string },
  options: ComparisonOptions,
): Promise<ReadPair> {
  const outputImage = await readNamed(output);
  const referenceImage = await readNamed(reference);
  return { reference: cropToOutput(referenceImage, outputImage, options), output: outputImage };
}
