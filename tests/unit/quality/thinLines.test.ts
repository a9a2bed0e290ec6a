import { describe, expect, test } from 'vitest';
import type { FloatImage, Size } from '../../../core/api/image.ts';
import type { ReasonCode } from '../../../core/api/report.ts';
import { assessOutput } from '../../../core/quality/judging/assessOutput.ts';
import { floatRows } from '../../../core/quality/planes/imageRows.ts';
import { verdict } from '../../../core/quality/judging/verdict.ts';
import { BREAKS, seededRandom } from '../../bench/brokenOutputs.ts';

const PAPER = 235;
const ROWS_PX = 11;
const COLUMNS_PX = 40;
const SCALE = 4;
const SIZE: Size = { width: 160, height: 121 };
const BORDERS = { columns: [213, 427], rows: [161, 323] };

/** A grey image whose lines are where `ink` is above 0: the share of `PAPER` that is missing there. */
function drawn(size: Size, ink: (x: number, y: number) => number): FloatImage {
  const data = Float32Array.from({ length: size.width * size.height }, (_, index) => {
    return PAPER * (1 - ink(index % size.width, Math.floor(index / size.width)));
  });
  return { ...size, channels: 1, data };
}

const table = drawn(SIZE, (x, y) => (y % ROWS_PX === 5 || x % COLUMNS_PX === 7 ? 0.6 : 0));

/** The table enlarged by a network that draws its lines thinner and darker, a little off the middle. */
const redrawn = drawn({ width: SIZE.width * SCALE, height: SIZE.height * SCALE }, (x, y) => {
  const isThin = (position: number): boolean => position % SCALE < 3;
  const isRow = Math.floor(y / SCALE) % ROWS_PX === 5 && isThin(y);
  const isColumn = Math.floor(x / SCALE) % COLUMNS_PX === 7 && isThin(x);
  return isRow || isColumn ? 0.8 : 0;
});

function codesOf(output: FloatImage): readonly ReasonCode[] {
  const made = { kind: 'restoring', finish: { kernel: 'bicubic', linearLight: false } } as const;
  const assessment = assessOutput(floatRows(table), floatRows(output), { ...made, borders: BORDERS });
  return verdict(assessment).reasons.map(({ code }) => code);
}

describe('the verdict on thin lines that were redrawn', () => {
  test('finds nothing wrong', () => {
    expect(codesOf(redrawn)).toEqual([]);
  });

  test.each(['misplaced tile', 'dead tile', 'shifted colour'])('still finds a %s', (name) => {
    const random = seededRandom(5);
    const broken = BREAKS[name]?.(redrawn, BORDERS, random);
    expect(broken && codesOf(broken)).not.toEqual([]);
  });
});
