import { describe, expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { compareImages, type MetricScores } from '../../../core/quality/metrics/compareImages.ts';
import { goldenPairs, type ExpectedScores } from './goldenPairs.ts';
import { patternImage } from './patternImage.ts';

const TOLERANCE = 1e-4;

/** Every expected figure that differs from the scores by more than 1e-4, with both values. */
function misses(scores: MetricScores, expected: ExpectedScores): readonly string[] {
  const measured = new Map<string, unknown>(Object.entries(scores));
  return Object.entries(expected).flatMap(([group, figures]) => {
    const scoresOfGroup = measured.get(group);
    const found = new Map<string, unknown>(
      typeof scoresOfGroup === 'object' && scoresOfGroup !== null ? Object.entries(scoresOfGroup) : [],
    );
    return Object.entries(figures).flatMap(([name, figure]) => {
      const value = Number(found.get(name));
      const wanted = figure ?? Number.POSITIVE_INFINITY;
      const isEqual = value === wanted || Math.abs(value - wanted) <= TOLERANCE;
      return isEqual ? [] : [`${group}.${name} is ${value}, not ${wanted}`];
    });
  });
}

describe('comparePictures', () => {
  test('has at least ten golden pairs', () => {
    expect(goldenPairs().length).toBeGreaterThanOrEqual(10);
  });

  test.each(goldenPairs())('equals scikit-image to 1e-4: $name', ({ reference, output, plain, sr }) => {
    expect(misses(compareImages(reference, output, { protocol: 'plain' }), plain)).toEqual([]);
    expect(misses(compareImages(reference, output, { protocol: 'sr', scale: 2 }), sr)).toEqual([]);
  });

  test('calls an image identical to itself, with an infinite PSNR', () => {
    const image = patternImage({ width: 20, height: 15, channels: 4 });
    const scores = compareImages(image, image, { protocol: 'plain' });
    expect(scores).toMatchObject({
      identical: true,
      colour: { mse: 0, psnrDb: Number.POSITIVE_INFINITY },
      alpha: { mse: 0 },
      colourDifference: { mean: 0, max: 0 },
      gradientSimilarity: { mean: 1, deviation: 0 },
    });
    expect(scores.ssim.ssim).toBeCloseTo(1, 12);
    expect(scores.msSsim.msSsim).toBeCloseTo(1, 12);
  });

  test('names both sizes when they differ', () => {
    const compare = (): unknown =>
      compareImages(
        patternImage({ width: 8, height: 9, channels: 3 }),
        patternImage({ width: 9, height: 8, channels: 3 }),
        { protocol: 'plain' },
      );
    const bothSizes: unknown = expect.stringMatching(/8 × 9.*9 × 8/);
    expect(compare).toThrow(EnlargerError);
    expect(compare).toThrow(
      expect.objectContaining({
        code: 'metrics/size-mismatch',
        message: bothSizes,
        details: { referenceWidth: 8, referenceHeight: 9, outputWidth: 9, outputHeight: 8 },
      }),
    );
  });

  test('finds a grey image and a coloured one of the same greys identical', () => {
    const grey = patternImage({ width: 16, height: 12, channels: 1 });
    const data = new Float32Array([...grey.data, ...grey.data, ...grey.data]);
    const scores = compareImages(grey, { ...grey, channels: 3, data }, { protocol: 'plain' });
    expect(scores.identical).toBe(true);
  });

  test('ignores colours under full transparency, and counts an image without alpha as opaque', () => {
    const opaque = patternImage({ width: 16, height: 12, channels: 3 });
    const clear = { ...opaque, channels: 4, data: new Float32Array(16 * 12 * 4) };
    const alsoClear = { ...clear, data: new Float32Array([...opaque.data, ...new Float32Array(16 * 12)]) };
    expect(compareImages(clear, alsoClear, { protocol: 'plain' }).identical).toBe(true);
    expect(compareImages(opaque, clear, { protocol: 'plain' }).alpha).toMatchObject({ mae: 255 });
  });

  test('the sr protocol rounds to 8 bit and ignores the border', () => {
    const reference = patternImage({ width: 20, height: 20, channels: 3 });
    const output = { ...reference, data: reference.data.map((sample) => sample + 0.3) };
    output.data[0] = 255;
    const scores = compareImages(reference, output, { protocol: 'sr', scale: 4 });
    expect(scores).toMatchObject({ identical: true, comparedSize: { width: 12, height: 12 } });
  });
});
