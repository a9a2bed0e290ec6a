import { expect, test } from 'vitest';
import type { FloatImage } from '../../../core/api/image.ts';
import { widestTolerance } from '../../../core/api/models/tolerance.ts';
import { assessOutput } from '../../../core/quality/judging/assessOutput.ts';
import type { Assessment } from '../../../core/quality/judging/assessment.ts';
import { learnTolerance } from '../../../core/quality/judging/learnTolerance.ts';
import { verdict } from '../../../core/quality/judging/verdict.ts';
import { floatRows } from '../../../core/quality/planes/imageRows.ts';
import { BREAKS, seededRandom } from '../../bench/brokenOutputs.ts';
import { resizedImage, sceneImage } from './sceneImage.ts';

const BORDERS = { columns: [64, 128], rows: [64, 128] };
const sound = sceneImage({ width: 192, height: 192 });
const input = resizedImage(sound, { width: 48, height: 48 });

function assess(output: FloatImage): Assessment {
  return assessOutput(floatRows(input), floatRows(output), {
    kind: 'restoring',
    finish: { kernel: 'lanczos', linearLight: true },
    borders: BORDERS,
  });
}

function brightened(image: FloatImage, levels: number): FloatImage {
  return { ...image, data: image.data.map((sample) => Math.min(255, sample + levels)) };
}

test('a network within the limits of its kind does not get wider ones', () => {
  expect(learnTolerance([assess(sound)])).toEqual({});
});

test('effects of a network on every sample are not flagged afterwards, but faults still are', () => {
  const bright = brightened(sound, 7);
  expect(verdict(assess(bright)).reasons.map(({ code }) => code)).toContain('colour-shift');
  const tolerance = learnTolerance([assess(bright)]);
  expect(tolerance['colour-shift']).toBeGreaterThan(1);
  expect(verdict(assess(bright), tolerance)).toEqual({ verdict: 'ok', reasons: [] });
  for (const name of ['dead tile', 'swapped channels', 'misplaced tile', 'checkerboard', 'half-written']) {
    const broken = BREAKS[name]?.(bright, BORDERS, seededRandom(5)) ?? bright;
    expect([name, verdict(assess(broken), tolerance).verdict]).not.toEqual([name, 'ok']);
  }
});

test('a network that is far off is still flagged', () => {
  const glaring = brightened(sound, 40);
  const tolerance = learnTolerance([assess(glaring)]);
  expect(Math.max(...Object.values(tolerance))).toBeLessThanOrEqual(2.5);
  expect(verdict(assess(glaring), tolerance).verdict).not.toBe('ok');
});

test('for several networks, the widest limits apply', () => {
  expect(widestTolerance([])).toEqual({});
  expect(widestTolerance([{ seam: 1.2 }, { seam: 1.5, misplaced: 2 }, {}])).toEqual({
    seam: 1.5,
    misplaced: 2,
  });
});
