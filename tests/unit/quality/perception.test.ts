import { expect, test } from 'vitest';
import type { FloatImage } from '../../../core/api/picture.ts';
import { comparePictures, type PictureScores } from '../../../core/quality/comparePictures.ts';
import { seededRandom } from '../../bench/brokenOutputs.ts';
import { scenePicture } from './scenePicture.ts';

const picture = scenePicture({ width: 96, height: 96 });

/** The picture plus an error of one pattern, scaled to this RMSE in percent of full scale. */
function withError(pattern: (index: number) => number, rmsePercent: number): PictureScores {
  const errors = picture.data.map((_, index) => pattern(index));
  const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
  const factor = (2.55 * rmsePercent) / rms;
  const output: FloatImage = {
    ...picture,
    data: picture.data.map((sample, index) => sample + factor * (errors[index] ?? 0)),
  };
  return comparePictures(picture, output, { protocol: 'plain' });
}

test('ranks a brighter picture above a noisy one, as people do, where pixel error does not', () => {
  const random = seededRandom(7);
  const noisy = withError(() => random() + random() + random() - 1.5, 19.7);
  const brighter = withError(() => 1, 24.5);

  expect([noisy.colour.rmsePercent, brighter.colour.rmsePercent]).toEqual([
    expect.closeTo(19.7, 3),
    expect.closeTo(24.5, 3),
  ]);
  // The printed 14.13 and 12.14 dB come from RMSEs before they were rounded to one decimal.
  expect(Math.abs(noisy.colour.psnrDb - 14.13)).toBeLessThan(0.03);
  expect(Math.abs(brighter.colour.psnrDb - 12.14)).toBeLessThan(0.1);

  expect(noisy.colour.psnrDb).toBeGreaterThan(brighter.colour.psnrDb);
  expect(noisy.ssim.ssim).toBeLessThan(brighter.ssim.ssim);
  expect(noisy.msSsim.msSsim).toBeLessThan(brighter.msSsim.msSsim);
  expect(noisy.gradientSimilarity.deviation).toBeGreaterThan(brighter.gradientSimilarity.deviation);
  expect(brighter.ssim.structure).toBeCloseTo(1, 4);
});
