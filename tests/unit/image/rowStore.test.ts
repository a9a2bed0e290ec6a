import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Samples } from '../../../core/api/image.ts';
import { ditherTo8 } from '../../../core/image/ditherTo8.ts';
import { encodePixels } from '../../../core/image/encode.ts';
import { createFileStore, createRowStore, rasterStore, type RowStore } from '../../../core/image/rowStore.ts';
import { largestDifference, patternRaster, storedPixels } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const KINDS = ([1, 2, 3, 4] as const).flatMap((channels) =>
  ([8, 16] as const).map((bitDepth) => ({ channels, bitDepth })),
);
const SIZE = { width: 23, height: 41 };

/** Rows written out of order and in pieces, as a batch of tile rows with fades does. */
function fill(store: RowStore, samples: Samples): void {
  const rowLength = store.shape.width * store.shape.channels;
  for (const [top, end] of [
    [30, 41],
    [0, 7],
    [5, 30],
  ] as const) {
    const rows = store.read(top, end - top);
    rows.data.set(samples.subarray(top * rowLength, end * rowLength));
    store.write(top, rows.data);
  }
}

describe.each(KINDS)('$channels channels of $bitDepth bit', (kind) => {
  const raster = patternRaster({ ...SIZE, ...kind });
  const shape = { ...SIZE, ...kind };

  test('are the same in memory and in a scratch file', () => {
    const scratch = path.join(temporaryFolder(), 'made when needed', 'rows');
    const inMemory = createRowStore(shape, scratch);
    const inFile = createFileStore(shape, scratch);
    for (const store of [inMemory, inFile]) fill(store, raster.data);
    expect(inFile.read(0, SIZE.height)).toEqual(inMemory.read(0, SIZE.height));
    expect(inFile.read(11, 3).data).toEqual(
      raster.data.subarray(...[11, 14].map((y) => y * SIZE.width * kind.channels)),
    );
    inFile.dispose();
    expect(existsSync(scratch)).toBe(false);
  });

  test('are read from the scratch file by the encoder, sample for sample', async () => {
    const folder = temporaryFolder();
    const store = createFileStore(shape, path.join(folder, 'rows'));
    fill(store, raster.data);
    if (store.content.kind !== 'file') throw new Error('not in a file');
    const direct = await storedPixels(store.content.path);
    const options = { format: 'png', lossless: false, background: '#ffffff' } as const;
    const encoded = await encodePixels(store, options, path.join(folder, 'encoded'));
    if (encoded.kind !== 'memory') throw new Error('a small result in a file');
    const decoded = await storedPixels(encoded.bytes);
    store.dispose();
    for (const made of [direct, decoded]) {
      expect(made.channels).toBe(kind.channels);
      expect(largestDifference(made.data, raster.data)).toBe(0);
    }
  });
});

test('rows that were never written are zero', () => {
  const shape = { width: 4, height: 9, channels: 3, bitDepth: 16 } as const;
  const store = createFileStore(shape, path.join(temporaryFolder(), 'rows'));
  store.write(2, new Uint16Array(12).fill(7));
  expect([...store.read(1, 3).data]).toEqual([
    ...Array<number>(12).fill(0),
    ...Array<number>(12).fill(7),
    ...Array<number>(12).fill(0),
  ]);
  store.dispose();
});

test('a scratch file that cannot be created is an error with a code, not a bug of ours', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'in the way'), '');
  const shape = { width: 4, height: 4, channels: 3, bitDepth: 8 } as const;
  expect(() => createFileStore(shape, path.join(folder, 'in the way', 'rows'))).toThrow(
    expect.objectContaining({ code: expect.stringMatching(/^output\//) as string }),
  );
});

describe('the way from 16 to 8 bit', () => {
  const store16 = (values: readonly number[]): RowStore =>
    rasterStore({ width: values.length, height: 1, channels: 1, data: Uint16Array.from(values) });
  const dithered = (values: readonly number[]): number[] => [
    ...ditherTo8(store16(values), path.join('not', 'used')).read(0, 1).data,
  ];

  test('is exact on every value that 8 bits can represent', () => {
    const values = Array.from({ length: 256 }, (_, value) => value);
    expect(dithered(values.map((value) => value * 257))).toEqual(values);
  });

  test('otherwise gives one of the two neighbouring values, with the right mean', () => {
    const made = dithered(new Array<number>(100_000).fill(100 * 257 + 64));
    expect(new Set(made)).toEqual(new Set([100, 101]));
    const mean = made.reduce((sum, value) => sum + value, 0) / made.length;
    expect(Math.abs(mean - (100 + 64 / 257))).toBeLessThan(0.01);
  });

  test('is the same every time, and differs from row to row', () => {
    const raster = { width: 64, height: 64, channels: 1, data: new Uint16Array(4096).fill(1000) } as const;
    const rows = (): Samples => ditherTo8(rasterStore(raster), 'unused').read(0, 64).data;
    expect(rows()).toEqual(rows());
    expect(rows().subarray(0, 64)).not.toEqual(rows().subarray(64, 128));
  });
});
