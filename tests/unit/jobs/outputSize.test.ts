import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sizing } from '../../../core/api/jobSettings.ts';
import { targetSize } from '../../../core/api/targetSize.ts';
import { assertDecodable } from '../../../core/image/formats/formatDecoder.ts';
import { assertOutputSize, sizingLabel } from '../../../core/jobs/outputSize.ts';

const landscape = { width: 300, height: 200 };
const portrait = { width: 200, height: 300 };

const PRINT: Extract<Sizing, { kind: 'print' }> = {
  kind: 'print',
  width: 10,
  height: 15,
  unit: 'cm',
  dotsPerInch: 300,
  turns: true,
};

interface Example {
  readonly from: { width: number; height: number };
  readonly sizing: Sizing;
  readonly to: string;
  readonly label: string;
}

const EXAMPLES: readonly Example[] = [
  { from: landscape, sizing: { kind: 'factor', factor: 4 }, to: '1200x800', label: '4x' },
  { from: landscape, sizing: { kind: 'factor', factor: 1.5 }, to: '450x300', label: '1.5x' },
  { from: { width: 3, height: 7 }, sizing: { kind: 'factor', factor: 1.5 }, to: '5x11', label: '1.5x' },
  { from: { width: 1, height: 1 }, sizing: { kind: 'factor', factor: 0.25 }, to: '1x1', label: '0.25x' },
  { from: { width: 333, height: 1 }, sizing: { kind: 'factor', factor: 0.5 }, to: '167x1', label: '0.5x' },
  { from: landscape, sizing: { kind: 'width', width: 3000 }, to: '3000x2000', label: '3000w' },
  {
    from: { width: 299, height: 200 },
    sizing: { kind: 'width', width: 3000 },
    to: '3000x2007',
    label: '3000w',
  },
  { from: portrait, sizing: { kind: 'height', height: 450 }, to: '300x450', label: '450h' },
  { from: landscape, sizing: { kind: 'fit', width: 900, height: 900 }, to: '900x600', label: '900x900' },
  { from: portrait, sizing: { kind: 'fit', width: 900, height: 900 }, to: '600x900', label: '900x900' },
  { from: landscape, sizing: { kind: 'fit', width: 900, height: 100 }, to: '150x100', label: '900x100' },
  { from: landscape, sizing: { kind: 'long-edge', edge: 2048 }, to: '2048x1365', label: '2048long' },
  { from: portrait, sizing: { kind: 'long-edge', edge: 2048 }, to: '1365x2048', label: '2048long' },
  { from: landscape, sizing: { kind: 'short-edge', edge: 100 }, to: '150x100', label: '100short' },
  { from: portrait, sizing: { kind: 'short-edge', edge: 100 }, to: '100x150', label: '100short' },
  { from: { width: 7, height: 7 }, sizing: { kind: 'long-edge', edge: 20 }, to: '20x20', label: '20long' },
  { from: landscape, sizing: { kind: 'megapixels', megapixels: 6 }, to: '3000x2000', label: '6mp' },
  { from: landscape, sizing: PRINT, to: '1772x1181', label: '10x15cm' },
  { from: portrait, sizing: PRINT, to: '1181x1772', label: '10x15cm' },
  { from: { width: 9, height: 9 }, sizing: PRINT, to: '1182x1182', label: '10x15cm' },
  { from: landscape, sizing: { ...PRINT, turns: false }, to: '1182x788', label: '10x15cm' },
  { from: landscape, sizing: { ...PRINT, unit: 'in', width: 6, height: 4 }, to: '1800x1200', label: '6x4in' },
  { from: portrait, sizing: { ...PRINT, width: 25.4, height: 25.4 }, to: '2000x3000', label: '25.4x25.4cm' },
];

test.each(EXAMPLES)('$from by $sizing gives $to, called $label', ({ from, sizing, to, label }) => {
  const { width, height } = targetSize(from, sizing);
  expect([`${width}x${height}`, sizingLabel(sizing)]).toEqual([to, label]);
});

const side = fc.integer({ min: 1, max: 20_000 });

test('requested sides come out exactly, boxes are kept, and shapes stay within half a pixel', () => {
  fc.assert(
    fc.property(side, side, side, side, (width, height, boxWidth, boxHeight) => {
      const from = { width, height };
      expect(targetSize(from, { kind: 'width', width: boxWidth }).width).toBe(boxWidth);
      expect(targetSize(from, { kind: 'height', height: boxHeight }).height).toBe(boxHeight);
      const fit = targetSize(from, { kind: 'fit', width: boxWidth, height: boxHeight });
      expect(fit.width <= boxWidth && fit.height <= boxHeight).toBe(true);
      expect(fit.width === boxWidth || fit.height === boxHeight).toBe(true);
      const long = targetSize(from, { kind: 'long-edge', edge: boxWidth });
      expect(Math.max(long.width, long.height)).toBe(boxWidth);
      const short = targetSize(from, { kind: 'short-edge', edge: boxWidth });
      expect(Math.min(short.width, short.height)).toBe(boxWidth);
      const exact = (height * boxWidth) / width;
      const made = targetSize(from, { kind: 'width', width: boxWidth }).height;
      expect(Math.abs(made - Math.max(1, exact))).toBeLessThanOrEqual(0.5 + 1e-6);
    }),
  );
});

test('a result over the limit is refused before any work', () => {
  assertOutputSize({ width: 2000, height: 1000 }, 2);
  expect(() => assertOutputSize({ width: 2001, height: 1000 }, 2)).toThrow(
    expect.objectContaining({ code: 'image/too-large' }),
  );
});

test('a limit far below a megapixel is shown as it was given', () => {
  expect(() => assertOutputSize({ width: 60, height: 40 }, 0.0003)).toThrow(
    '(0.0024 MP); the limit is 0.0003 MP',
  );
  expect(() => assertDecodable({ width: 60, height: 40 }, { maxPixels: 0.0003 * 1e6 })).toThrow(
    '(now 0.0003)',
  );
  expect(() => assertDecodable({ width: 60_000, height: 40_000 }, { maxPixels: 150.5e6 })).toThrow(
    '(now 150.5)',
  );
});
