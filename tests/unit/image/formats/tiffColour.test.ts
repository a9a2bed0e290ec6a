import { expect, test } from 'vitest';
import { inspectImage } from '../../../../core/image/decode.ts';
import { tiffFields, tiffFile, type TiffField } from '../../../support/tiffFile.ts';

const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;
const SIZE = { width: 4, height: 3 };

function rationals(tag: number, values: readonly number[]): TiffField {
  return { tag, type: 5, values: values.flatMap((value) => [Math.round(value * 10_000), 10_000]) };
}

function transfer(gamma: number, tables: 1 | 3): TiffField {
  const table = Array.from({ length: 256 }, (_, step) => Math.round((step / 255) ** gamma * 65535));
  return { tag: 301, type: 3, values: new Array(tables).fill(table).flat() as number[] };
}

async function notes(...extra: readonly TiffField[]): Promise<readonly string[]> {
  const file = tiffFile([{ fields: tiffFields({ ...SIZE, extra }), pixels: new Uint8Array(36).fill(100) }]);
  return (await inspectImage(file, 'tiff', KEEP)).warnings;
}

const SRGB_POINTS = [0.64, 0.33, 0.3, 0.6, 0.15, 0.06];
const ADOBE_POINTS = [0.64, 0.33, 0.21, 0.71, 0.15, 0.06];

test.each([
  ['TransferFunction', transfer(1, 3)],
  ['TransferFunction', transfer(1.4, 1)],
  ['PrimaryChromaticities', rationals(319, ADOBE_POINTS)],
  ['WhitePoint', rationals(318, [0.3457, 0.3585])],
])('%s of a TIFF without a profile is noted', async (name, field) => {
  expect(await notes(field)).toEqual([expect.stringContaining(name)]);
});

test.each([
  ['the curve of sRGB', transfer(2.2, 3)],
  ['the primaries of sRGB', rationals(319, SRGB_POINTS)],
  ['the white of sRGB', rationals(318, [0.3127, 0.329])],
  ['a table of another length', { tag: 301, type: 3, values: [1, 2, 3, 4, 5] } as const],
])('%s needs no note', async (_, field) => {
  expect(await notes(field)).toEqual([]);
});

test('a profile comes first', async () => {
  const profile = { tag: 34675, type: 7, values: new Array<number>(200).fill(0) } as const;
  expect(await notes(transfer(1, 1), profile)).not.toContainEqual(
    expect.stringContaining('TransferFunction'),
  );
});
