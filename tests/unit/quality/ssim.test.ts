import { describe, expect, test } from 'vitest';
import { msSsim } from '../../../core/quality/metrics/msSsim.ts';
import { planeView, type PlaneView } from '../../../core/quality/planes/planeView.ts';
import { ssim, ssimMap } from '../../../core/quality/metrics/ssim.ts';
import { patternImage } from './patternImage.ts';

function patternPlane(width: number, height: number): PlaneView {
  return planeView({ width, height }, patternImage({ width, height, channels: 1 }).data);
}

/** The plane brightened by 20, which keeps contrast and structure. */
function brightened(plane: PlaneView): PlaneView {
  return {
    ...plane,
    readRow: (y, into) => {
      plane.readRow(y, into);
      for (let x = 0; x < plane.width; x++) into[x] = (into[x] ?? 0) + 20;
    },
  };
}

describe('ssim', () => {
  test('reads every row once, from the top, so that no plane is ever completely in memory', () => {
    const rowsRead: number[] = [];
    const plane = patternPlane(30, 25);
    const watched: PlaneView = {
      ...plane,
      readRow: (y, into) => {
        rowsRead.push(y);
        plane.readRow(y, into);
      },
    };
    ssim([watched], [plane]);
    expect(rowsRead).toEqual(Array.from({ length: 25 }, (_, y) => y));
  });

  test('distinguishes brightness from contrast and structure', () => {
    const plane = patternPlane(40, 40);
    const { luminance, contrast, structure } = ssim([plane], [brightened(plane)]);
    expect(luminance).toBeLessThan(0.999);
    expect(contrast).toBeCloseTo(1, 9);
    expect(structure).toBeCloseTo(1, 9);
  });

  test('the map has one value per window, and their mean is the index', () => {
    const reference = [patternPlane(31, 22), patternPlane(31, 22)];
    const output = reference.map(brightened);
    const map = ssimMap(reference, output);
    const mean = map.data.reduce((sum, value) => sum + value, 0) / map.data.length;
    expect({ width: map.width, height: map.height }).toEqual({ width: 21, height: 12 });
    expect(mean).toBeCloseTo(ssim(reference, output).ssim, 6);
  });

  test.each([
    { width: 1, height: 1 },
    { width: 2, height: 10 },
    { width: 300, height: 1 },
    { width: 10, height: 11 },
  ])('an image of $width × $height has an index', ({ width, height }) => {
    const plane = patternPlane(width, height);
    expect(ssim([plane], [plane]).ssim).toBeCloseTo(1, 12);
    expect(ssim([plane], [brightened(plane)]).ssim).toBeLessThan(1);
  });
});

test.each([
  { shortSidePx: 1, scales: 1 },
  { shortSidePx: 20, scales: 1 },
  { shortSidePx: 21, scales: 2 },
  { shortSidePx: 160, scales: 4 },
  { shortSidePx: 161, scales: 5 },
])('MS-SSIM of an image $shortSidePx px high uses $scales scales', ({ shortSidePx, scales }) => {
  const plane = patternPlane(170, shortSidePx);
  const { msSsim: likeness, scales: taken } = msSsim([plane], [plane]);
  expect(taken).toBe(scales);
  expect(likeness).toBeCloseTo(1, 12);
});
