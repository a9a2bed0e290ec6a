import { describe, expect, test } from 'vitest';
import type { FloatImage } from '../../../core/api/image.ts';
import { assessOutput } from '../../../core/quality/judging/assessOutput.ts';
import { verdict, type Verdict } from '../../../core/quality/judging/verdict.ts';
import { floatRows } from '../../../core/quality/planes/imageRows.ts';
import { seededRandom } from '../../bench/brokenOutputs.ts';
import { resizedImage, sceneImage } from './sceneImage.ts';

const SIDE = 192;
const BORDERS = { columns: [64, 128], rows: [64, 128] };
const MIDDLE = { from: 64, to: 128 };
const TILE = { x: 64, y: 64, width: 64, height: 64 };
const clean = sceneImage({ width: SIDE, height: SIDE });
const noisy = withNoise(resizedImage(clean, { width: 48, height: 48 }));

/** Strong noise, as a restoring network removes it. */
function withNoise(image: FloatImage): FloatImage {
  const random = seededRandom(7);
  const noise = (): number => 40 * (random() + random() + random() - 1.5);
  return { ...image, data: image.data.map((sample) => Math.min(255, Math.max(0, sample + noise()))) };
}

/** The middle one of nine tiles shifted and brightened. */
function withOddTile({
  movePx = 0,
  shift = 0,
}: {
  readonly movePx?: number;
  readonly shift?: number;
}): FloatImage {
  const data = clean.data.slice();
  for (const channel of [0, 1, 2]) {
    for (let y = MIDDLE.from; y < MIDDLE.to; y++) {
      for (let x = MIDDLE.from; x < MIDDLE.to; x++) {
        const row = (channel * SIDE + y) * SIDE;
        data[row + x] = (clean.data[row + x + movePx] ?? 0) + shift;
      }
    }
  }
  return { ...clean, data };
}

function judge(output: FloatImage, borders = BORDERS): Verdict {
  const made = { kind: 'restoring', finish: { kernel: 'bicubic', linearLight: false }, borders } as const;
  return verdict(assessOutput(floatRows(noisy), floatRows(output), made));
}

describe('a tile that differs from the others of an image whose noise was removed', () => {
  test('is not found in a sound result', () => {
    expect(judge(clean)).toEqual({ verdict: 'ok', reasons: [] });
  });

  test.each([{ shift: 7 }, { shift: -7 }])('is found if it is $shift levels off', ({ shift }) => {
    const { reasons } = judge(withOddTile({ shift }));
    expect(reasons.map(({ code }) => code)).toContain('seam');
    expect(reasons.find(({ code }) => code === 'seam')?.places[0]).toEqual(TILE);
  });

  test('is found if its content is 5 px off', () => {
    const { reasons } = judge(withOddTile({ movePx: 5 }));
    expect(reasons.map(({ code }) => code)).toContain('misplaced');
  });

  test('is not searched for among two tiles', () => {
    const { reasons } = judge(withOddTile({ shift: 0 }), { columns: [96], rows: [] });
    expect(reasons).toEqual([]);
  });
});
