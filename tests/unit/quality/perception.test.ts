import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFeatureNetwork, type FeatureNetwork } from '../../../core/engine/featureNetwork.ts';
import { comparedPlanes } from '../../../core/quality/metrics/comparedPlanes.ts';
import { featureDistance } from '../../../core/quality/metrics/featureDistance.ts';
import type { FloatImage } from '../../../core/api/image.ts';
import { compareImages, type MetricScores } from '../../../core/quality/metrics/compareImages.ts';
import { seededRandom } from '../../bench/brokenOutputs.ts';
import { sceneImage } from './sceneImage.ts';

const image = sceneImage({ width: 96, height: 96 });

/** Plain arithmetic would be the same without the network, so the real one is run. */
let network: FeatureNetwork;

beforeAll(async () => {
  network = await loadFeatureNetwork(
    fileURLToPath(new URL('../../../resources/quality', import.meta.url)),
    1,
  );
});

afterAll(() => network.dispose());

function distance(output: FloatImage): Promise<number> {
  return featureDistance(comparedPlanes(image, output, { protocol: 'plain' }), network.read);
}

/** The image plus an error of one pattern, scaled to this RMSE in percent of full scale. */
function withError(pattern: (index: number) => number, rmsePercent: number): FloatImage {
  const errors = image.data.map((_, index) => pattern(index));
  const rms = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
  const factor = (2.55 * rmsePercent) / rms;
  return { ...image, data: image.data.map((sample, index) => sample + factor * (errors[index] ?? 0)) };
}

function scoresOf(output: FloatImage): MetricScores {
  return compareImages(image, output, { protocol: 'plain' });
}

test('ranks a brighter image above a noisy one, as people do, where pixel error does not', async () => {
  const random = seededRandom(7);
  const noisyImage = withError(() => random() + random() + random() - 1.5, 19.7);
  const brighterImage = withError(() => 1, 24.5);
  const [noisy, brighter] = [scoresOf(noisyImage), scoresOf(brighterImage)];

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
  expect(await distance(noisyImage)).toBeGreaterThan(2 * (await distance(brighterImage)));
});

test('the feature distance is 0 for equal images and grows with the error, in windows of any size', async () => {
  const random = seededRandom(9);
  const pattern = (): number => random() - 0.5;
  const distances = [await distance(image)];
  for (const percent of [1, 3, 9]) distances.push(await distance(withError(pattern, percent)));
  expect(distances[0]).toBe(0);
  expect(distances).toEqual(distances.toSorted((a, b) => a - b));

  const wide = sceneImage({ width: 300, height: 3 });
  const planes = comparedPlanes(
    wide,
    { ...wide, data: wide.data.map((sample) => 255 - sample) },
    { protocol: 'plain' },
  );
  expect(await featureDistance(planes, network.read)).toBeGreaterThan(0.1);
});
