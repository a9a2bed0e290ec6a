import type { FloatImage } from '../../../core/api/image.ts';

/** An image of integers that differ from pixel to pixel and channel to channel, the same on every run. */
export function patternImage({ width, height, channels }: Omit<FloatImage, 'data'>): FloatImage {
  const data = Float32Array.from(
    { length: width * height * channels },
    (_, index) => (index * 97 + 31) % 251,
  );
  return { width, height, channels, data };
}
