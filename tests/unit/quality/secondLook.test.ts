import { describe, expect, test } from 'vitest';
import { assessOutput } from '../../../core/quality/judging/assessOutput.ts';
import type { Assessment } from '../../../core/quality/judging/assessment.ts';
import { secondLook } from '../../../core/quality/judging/secondLook.ts';
import { limitsFor } from '../../../core/quality/judging/verdictLimits.ts';
import { floatRows } from '../../../core/quality/planes/imageRows.ts';
import { BREAKS, seededRandom } from '../../bench/brokenOutputs.ts';
import { resizedImage, sceneImage } from './sceneImage.ts';

const BORDERS = { columns: [64, 128], rows: [64, 128] };
const output = sceneImage({ width: 192, height: 192 });
const input = resizedImage(output, { width: 48, height: 48 });

function assess(image = output): Assessment {
  const made = { kind: 'faithful', finish: { kernel: 'bicubic', linearLight: false } } as const;
  return assessOutput(floatRows(input), floatRows(image), { ...made, borders: BORDERS });
}

type Squares = Pick<Assessment['consistency'], 'tiles' | 'displacements'>;

function lookAgain(squares: Squares, image = output): Squares {
  const images = { input: floatRows(input), output: floatRows(image) };
  return secondLook(squares, images, limitsFor(assess()));
}

describe('a second look', () => {
  test('clears squares whose sampled rows misled', () => {
    const { tiles, displacements } = assess().consistency;
    const wrong = {
      tiles: tiles.map((tile) => ({ ...tile, rmse: 90, shift: [40, 0, 0] })),
      displacements: displacements.map((move) => ({ ...move, y: 2, explained: 0.9 })),
    };
    const cleared = lookAgain(wrong);
    expect(cleared.tiles.map(({ rect }) => rect)).toEqual(tiles.map(({ rect }) => rect));
    for (const { rmse, shift, referenceDeviation } of cleared.tiles) {
      expect(rmse).toBeLessThan(1);
      expect(Math.max(...shift.map(Math.abs))).toBeLessThan(0.5);
      expect(referenceDeviation).toBeGreaterThan(0);
    }
    for (const { x, y } of cleared.displacements) expect(Math.hypot(x, y)).toBeLessThan(0.05);
  });

  test('confirms broken squares', () => {
    const broken = BREAKS['misplaced tile']?.(output, BORDERS, seededRandom(11));
    const { tiles, displacements } = assess(broken).consistency;
    const confirmed = lookAgain({ tiles, displacements }, broken);
    const furthest = (moves: Squares['displacements']): number =>
      Math.max(...moves.map(({ x, y }) => Math.hypot(x, y)));
    expect(furthest(confirmed.displacements)).toBeGreaterThan(0.9 * furthest(displacements));
    expect(furthest(confirmed.displacements)).toBeGreaterThan(0.5);
  });

  test('does not measure squares again that are not suspicious, or whose samples are not finite', () => {
    const { tiles, displacements } = assess().consistency;
    const [first, ...others] = tiles;
    if (first === undefined) throw new Error('nothing was compared');
    const kept = { tiles: [{ ...first, rmse: Number.NaN }, ...others], displacements };
    expect(lookAgain(kept)).toEqual(kept);
  });
});
