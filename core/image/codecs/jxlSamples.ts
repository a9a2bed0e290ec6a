import { EnlargerError } from '../../api/errors.ts';
import type { Samples } from '../../api/image.ts';

/** The largest share of floating-point samples outside 0…1 at which the range is still taken to be 0…1. */
const MAX_OUTSIDE_SHARE = 0.2;

/** Lossy coding slightly exceeds a range that the original kept. */
const TOLERANCE = 0.1;

const PEAK = 65535;

/** Samples that fill the range of 8 or 16 bits. */
export interface ReadJxlSamples {
  readonly data: Samples;
  /** Whether floating-point values were cut off. */
  readonly isClipped: boolean;
}

function isOutside(value: number): boolean {
  return !(value >= -TOLERANCE && value <= 1 + TOLERANCE);
}

function fromFloats(values: Float32Array): ReadJxlSamples {
  const data = new Uint16Array(values.length);
  let outside = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index]!;
    if (isOutside(value)) outside++;
    data[index] = value > 0 ? Math.min(PEAK, Math.round(value * PEAK)) : 0;
  }
  if (outside > values.length * MAX_OUTSIDE_SHARE) {
    const percent = Math.round((outside / values.length) * 100);
    const message = `The JPEG XL file contains floating-point numbers, and ${percent}% of them are outside of 0 to 1, which is not supported. Save the image with 16 bits.`;
    throw new EnlargerError('image/unsupported-pixels', message, { outside });
  }
  return { data, isClipped: outside > 0 };
}

/**
 * The samples of a decoded image, from the memory of the library, which fills the range of 8 or 16 bits whatever the depth
 * of the file is.
 *
 * @param format Of libvips: `uchar`, `ushort` or `float`.
 * @throws EnlargerError `image/unsupported-pixels` for floating-point values of another range than 0…1.
 */
export function jxlSamples(memory: Uint8Array, format: string): ReadJxlSamples {
  const { buffer } = memory.slice();
  if (format === 'float') return fromFloats(new Float32Array(buffer));
  return { data: format === 'ushort' ? new Uint16Array(buffer) : new Uint8Array(buffer), isClipped: false };
}
