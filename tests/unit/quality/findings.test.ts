import { describe, expect, test } from 'vitest';
import type { FloatImage, Rect } from '../../../core/api/image.ts';
import { addedDetail } from '../../../core/quality/judging/addedDetail.ts';
import { channelOrderErrors } from '../../../core/quality/judging/channelOrder.ts';
import { checkerboardStrength } from '../../../core/quality/judging/checkerboard.ts';
import { colourPlanes } from '../../../core/quality/planes/colourPlanes.ts';
import { inOutput } from '../../../core/quality/judging/inOutput.ts';
import { orientationErrors } from '../../../core/quality/judging/orientation.ts';
import { floatRows } from '../../../core/quality/planes/imageRows.ts';
import { planeView, type PlaneView } from '../../../core/quality/planes/planeView.ts';
import { reducedWindows } from '../../../core/quality/planes/reducedWindows.ts';
import { resizedPlane } from '../../../core/quality/planes/resizedPlane.ts';
import { resizedWindows } from '../../../core/quality/planes/resizedWindows.ts';
import { sampleWindows } from '../../../core/quality/planes/sampleWindows.ts';
import { seamSteps } from '../../../core/quality/judging/seamSteps.ts';
import { tileDisplacements } from '../../../core/quality/judging/tileDisplacements.ts';
import { tileContrasts } from '../../../core/quality/judging/tileContrasts.ts';
import { tileErrors, type RowSample, type TileError } from '../../../core/quality/judging/tileErrors.ts';
import { resizedImage, sceneImage } from './sceneImage.ts';

function allRows({ height }: Pick<PlaneView, 'height'>): RowSample {
  return { height, rows: Array.from({ length: height }, (_, y) => y) };
}

function planeOf(
  width: number,
  height: number,
  sample: (x: number, y: number) => number,
): readonly [PlaneView] {
  const samples = Float32Array.from({ length: width * height }, (_, index) =>
    sample(index % width, Math.floor(index / width)),
  );
  return [planeView({ width, height }, samples)];
}

function compareTiles(
  reference: readonly [PlaneView],
  output: readonly [PlaneView],
  tilePx: number,
): readonly TileError[] {
  const sample = allRows(reference[0]);
  return tileErrors(reference, output, tilePx, sample, tileContrasts(reference, tilePx, sample.rows));
}

describe('tileContrasts', () => {
  test('see a line in a row that is not compared, and one just beyond a tile', () => {
    const line = planeOf(32, 32, (_, y) => (y === 5 ? 0 : 255));
    const contrasts = (rows: readonly number[]): boolean[] =>
      tileContrasts(line, 16, rows).map((one) => one > 20);
    expect(contrasts([4, 5, 6, 20])).toEqual([true, true, false, false]);
    expect(contrasts([4, 6, 20])).toEqual([false, false, false, false]);
    const below = planeOf(32, 32, (_, y) => (y === 17 ? 0 : 255));
    expect(tileContrasts(below, 16, allRows(below[0]).rows).every((one) => one > 20)).toBe(true);
  });
});

describe('tileErrors', () => {
  test('joins the rest to the last tile and returns the place of each', () => {
    const plane = planeOf(21, 9, () => 5);
    expect(compareTiles(plane, plane, 8).map((tile) => tile.rect)).toEqual([
      { x: 0, y: 0, width: 8, height: 9 },
      { x: 8, y: 0, width: 13, height: 9 },
    ]);
  });

  test('measures error and shift of each tile alone, and the contrast in and next to it', () => {
    const reference = planeOf(32, 16, (x) => (x % 2) * 10);
    const output = planeOf(32, 16, (x) => (x % 2) * 10 + (x < 16 ? 0 : 4));
    const [left, right] = compareTiles(reference, output, 16);
    expect(left).toMatchObject({ rmse: 0, shift: [0], referenceInnerDeviation: 5, innerDeviation: 5 });
    expect(left?.referenceDeviation).toBeCloseTo(5, 1);
    expect(right).toMatchObject({ rmse: 4, shift: [4] });
  });
});

describe('tileDisplacements', () => {
  test.each([
    { x: 0, y: 0 },
    { x: 0.5, y: 0 },
    { x: -0.3, y: 0.4 },
  ])('finds a move by ($x, $y) px', ({ x: moveX, y: moveY }) => {
    const scene = (x: number, y: number): number =>
      120 + 50 * Math.sin(x / 3 + y / 7) + 40 * Math.cos(y / 4 - x / 9);
    const [reference] = planeOf(32, 32, scene);
    const [output] = planeOf(32, 32, (x, y) => scene(x - moveX, y - moveY));
    for (const tile of tileDisplacements(reference, output, 16, allRows(reference).rows)) {
      expect(Math.hypot(tile.x - moveX, tile.y - moveY)).toBeLessThan(0.08);
    }
  });

  test('does not take a brighter, flat or blurred tile for one that moved', () => {
    const [waves] = planeOf(32, 32, (x) => 100 + 50 * Math.sin(x / 2));
    const [blurred] = planeOf(32, 32, (x) => 100 + 30 * Math.sin(x / 2));
    const [flat] = planeOf(32, 32, () => 80);
    const [brighter] = planeOf(32, 32, () => 90);
    const moves = [
      ...tileDisplacements(waves, blurred, 32, allRows(waves).rows),
      ...tileDisplacements(flat, brighter, 32, allRows(flat).rows),
    ];
    expect(moves.every((move) => Math.hypot(move.x, move.y) < 0.05)).toBe(true);
  });
});

describe('seamSteps', () => {
  const reference = planeOf(40, 40, (x, y) => x + y);

  test('sees a step of the error on its line, and on no other', () => {
    const output = planeOf(40, 40, (x, y) => x + y + (x < 20 ? 0 : 6));
    const steps = seamSteps(reference, output, allRows(reference[0]), { columns: [10, 20, 30], rows: [20] });
    expect(steps.filter((piece) => piece.step > 0).map((piece) => piece.rect)).toEqual([
      { x: 17, y: 0, width: 6, height: 32 },
      { x: 17, y: 32, width: 6, height: 8 },
    ]);
    expect(steps.find((piece) => piece.step > 0)).toMatchObject({ step: 6, scatter: 0 });
  });

  test('leaves out lines at the very edge', () => {
    expect(
      seamSteps(reference, reference, allRows(reference[0]), { columns: [0, 2, 38], rows: [40] }),
    ).toEqual([]);
  });
});

test('checkerboardStrength is the amplitude of a grid with that period, and 0 without', () => {
  const [grid] = planeOf(16, 16, (x, y) => ((x + y) % 2 === 0 ? 3 : -3));
  const [ramp] = planeOf(16, 16, () => 7);
  expect([
    checkerboardStrength(grid, 4),
    checkerboardStrength(grid, 2),
    checkerboardStrength(ramp, 4),
  ]).toEqual([3, 3, 0]);
});

describe('mistakes that can be undone', () => {
  const thumbnail = colourPlanes(sceneImage({ width: 16, height: 16 }));

  test('an upright image in the right channels has no error left', () => {
    expect(orientationErrors(thumbnail, thumbnail)[0]).toEqual({ kind: 'upright', rmse: 0 });
    expect(channelOrderErrors(thumbnail, thumbnail)[0]).toEqual({ kind: 'rgb', rmse: 0 });
  });

  test('names the order that the channels are in', () => {
    expect(channelOrderErrors(thumbnail, thumbnail.toReversed())[0]).toEqual({ kind: 'bgr', rmse: 0 });
  });

  test('names a quarter turn to the right', () => {
    const upright = planeOf(4, 4, (x, y) => 10 * y + x);
    const turned = planeOf(4, 4, (x, y) => 10 * (3 - x) + y);
    expect(orientationErrors(upright, turned)[0]).toEqual({ kind: 'turned-right', rmse: 0 });
  });
});

describe('addedDetail', () => {
  const output = sceneImage({ width: 128, height: 96 });
  const input = resizedImage(output, { width: 32, height: 24 });
  const bicubic = resizedImage(input, output);

  test('the bicubic enlargement adds nothing to itself', () => {
    const detail = addedDetail(floatRows(input), floatRows(bicubic));
    expect(detail?.gradientGain).toBeCloseTo(1, 6);
    expect(detail?.fineShare).toBeCloseTo(detail?.bicubicFineShare ?? Number.NaN, 7);
    expect(detail?.checkerboard).toBeCloseTo(0, 5);
  });

  test('fine structure that the input could not contain is seen, and where it is', () => {
    const data = bicubic.data.map((sample, index) => {
      const x = index % 128;
      const y = Math.floor(index / 128) % 96;
      return x >= 64 && x < 96 && y >= 32 && y < 64 ? sample + 8 * Math.cos((Math.PI * x) / 2) : sample;
    });
    const detailed: FloatImage = { ...bicubic, data };
    const detail = addedDetail(floatRows(input), floatRows(detailed));
    expect(detail?.gradientGain).toBeGreaterThan(1.1);
    expect(detail?.fineShare).toBeGreaterThan(2 * (detail?.bicubicFineShare ?? Number.NaN));
    expect(detail?.mostGained[0]).toEqual({ x: 64, y: 32, width: 32, height: 32 });
  });

  test('is undefined for an output smaller than one square', () => {
    expect(
      addedDetail(floatRows(input), floatRows(resizedImage(input, { width: 40, height: 31 }))),
    ).toBeUndefined();
  });
});

describe('sampleWindows', () => {
  const options = { width: 8, height: 4, alignPx: 2, mostPx: 100 };

  test('uses a small image completely', () => {
    expect(sampleWindows({ width: 10, height: 10 }, options)).toEqual([
      { x: 0, y: 0, width: 10, height: 10 },
    ]);
  });

  test('spreads windows from the top to the bottom, aligned and inside', () => {
    const windows = sampleWindows({ width: 100, height: 43 }, options);
    expect(windows.map(({ y }) => y)).toEqual([0, 18, 38]);
    expect(windows.every(({ x }) => x % 2 === 0 && x + 8 <= 100)).toBe(true);
    expect(new Set(windows.map(({ x }) => x)).size).toBe(3);
  });

  test('returns one window, no larger than the image, even if not even one is allowed', () => {
    expect(sampleWindows({ width: 5, height: 1000 }, { ...options, mostPx: 1 })).toEqual([
      { x: 0, y: 498, width: 5, height: 4 },
    ]);
  });
});

describe('reduced parts of an image equal the same parts of the reduced whole', () => {
  const image = sceneImage({ width: 75, height: 50 });
  const rowOf = (plane: PlaneView, y: number): Float64Array => {
    const row = new Float64Array(plane.width);
    plane.readRow(y, row);
    return row;
  };
  const expectParts = (parts: PlaneView, whole: PlaneView, windows: readonly Rect[]): void => {
    windows.forEach(({ x, y, width, height }, index) => {
      for (let row = 0; row < height; row++) {
        const expected = rowOf(whole, y + row).subarray(x, x + width);
        const found = rowOf(parts, index * height + row);
        expect(Math.max(...found.map((sample, column) => Math.abs(sample - expected[column]!)))).toBeLessThan(
          1e-4,
        );
      }
    });
  };

  test.each([
    { name: 'reduced', size: { width: 20, height: 13 }, side: 4 },
    { name: 'reduced by integers', size: { width: 25, height: 25 }, side: 5 },
    { name: 'of the same size', size: { width: 75, height: 50 }, side: 6 },
    { name: 'enlarged', size: { width: 160, height: 101 }, side: 9 },
  ])('$name', ({ size, side }) => {
    const window = { width: side, height: side };
    const windows = [
      { x: 0, y: 0, ...window },
      { x: size.width - side, y: size.height - side, ...window },
      { x: 7, y: 3, ...window },
    ];
    const [red] = colourPlanes(image);
    const [part] = reducedWindows(floatRows(image), size, windows).colour;
    if (red === undefined || part === undefined) throw new TypeError('a plane is missing');
    expectParts(part, resizedPlane(red, size), windows);
    expectParts(resizedWindows(red, size, windows), resizedPlane(red, size), windows);
  });
});

test('inOutput rounds outwards and stays inside', () => {
  const sizes = { comparedSize: { width: 10, height: 10 }, outputSize: { width: 25, height: 24 } };
  expect(inOutput({ x: 3, y: 9, width: 1, height: 1 }, sizes)).toEqual({ x: 7, y: 21, width: 3, height: 3 });
});
