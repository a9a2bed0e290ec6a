import { FULL_SCALE } from './pixelErrors.ts';

/**
 * Peak signal-to-noise ratio in dB.
 *
 * @param mse Mean squared error on the scale 0…255.
 * @returns 10 · log10(255² / mse); `Infinity` for identical images.
 */
export function psnr(mse: number): number {
  return mse === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10((FULL_SCALE * FULL_SCALE) / mse);
}
