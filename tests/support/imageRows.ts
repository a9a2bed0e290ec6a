import type { FloatImage } from '../../core/api/image.ts';
import type { ImageRows } from '../../core/quality/planes/imageRows.ts';

/** A float image as the rows that assessments read. */
export function imageRows({ width, height, channels, data }: FloatImage): ImageRows {
  const planePixels = width * height;
  return {
    width,
    height,
    channels,
    peak: 255,
    readRow: (y) => {
      const row = new Float32Array(width * channels);
      for (let channel = 0; channel < channels; channel++) {
        const start = channel * planePixels + y * width;
        for (let x = 0; x < width; x++) row[x * channels + channel] = data[start + x]!;
      }
      return row;
    },
  };
}
