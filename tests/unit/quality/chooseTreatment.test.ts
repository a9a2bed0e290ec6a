import { describe, expect, test } from 'vitest';
import type { FloatImage } from '../../../core/api/image.ts';
import { chooseTreatment, type ChosenTreatment } from '../../../core/quality/choosing/chooseTreatment.ts';
import { imageCondition } from '../../../core/quality/estimates/imageCondition.ts';
import { floatRows } from '../../../core/quality/planes/imageRows.ts';
import { seededRandom } from '../../bench/brokenOutputs.ts';
import { sceneImage } from './sceneImage.ts';

const SIZE = { width: 192, height: 160 };
const scene = sceneImage(SIZE);

function chosen(image: FloatImage): ChosenTreatment {
  return chooseTreatment(imageCondition(floatRows(image)));
}

function changed(image: FloatImage, change: (sample: number, x: number, y: number) => number): FloatImage {
  const { width, height } = image;
  const data = image.data.map((sample, index) => {
    const pixel = index % (width * height);
    return Math.min(255, Math.max(0, Math.round(change(sample, pixel % width, Math.floor(pixel / width)))));
  });
  return { ...image, data };
}

/** Every block of 8 × 8 is a little brighter or darker, as strong compression leaves it. */
function inBlocks(image: FloatImage): FloatImage {
  const random = seededRandom(3);
  const steps = Array.from({ length: 32 * 32 }, () => 16 * (random() - 0.5));
  return changed(image, (sample, x, y) => sample + (steps[32 * Math.floor(y / 8) + Math.floor(x / 8)] ?? 0));
}

function noisy(image: FloatImage, sigma: number): FloatImage {
  const random = seededRandom(7);
  return changed(image, (sample) => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return sample + sigma * radius * Math.cos(2 * Math.PI * random());
  });
}

describe('chooseTreatment', () => {
  test('keeps a clean image from networks that restore', () => {
    expect(chosen(scene)).toEqual({ treatment: 'faithful', reason: 'clean' });
  });

  test('sends a noisy image to the network for photographs', () => {
    expect(chosen(noisy(scene, 18))).toEqual({ treatment: 'photo', reason: 'noise' });
  });

  test('sends an image with the blocks of a JPEG to it', () => {
    expect(chosen(inBlocks(scene))).toMatchObject({ reason: 'compression' });
  });

  test('does not take scan lines for noise', () => {
    const lines = changed(scene, (_, x, y) => ((x + y) % 4 < 2 ? 200 : 120));
    expect(chosen(lines).treatment).toBe('faithful');
  });

  test.each([
    { width: 1, height: 1 },
    { width: 9, height: 3 },
    { width: 4, height: 60 },
  ])('chooses for an image of $width × $height px', (size) => {
    expect(chosen(sceneImage(size)).treatment).toBe('faithful');
  });
});
