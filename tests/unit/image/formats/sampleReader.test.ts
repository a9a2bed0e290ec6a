import { expect, test } from 'vitest';
import { sampleReader } from '../../../../core/image/formats/tiff/sampleReader.ts';
import { SAMPLE_FORMAT, type TiffLayout } from '../../../../core/image/formats/tiff/tiffLayout.ts';

function layout(bits: number, sampleFormat: number): TiffLayout {
  const colour = { photometric: 1, samplesPerPixel: 1, colourChannels: 1, extras: [] };
  const storage = { compression: 1, predictor: 1, isPlanar: false, hasInvertedInks: false };
  return { width: 1, height: 1, bits, sampleFormat, ...colour, ...storage };
}

test.each([
  ['half', 16, [0x00, 0x3c], 1],
  ['negative half', 16, [0x00, 0xc0], -2],
  ['smallest half', 16, [0x01, 0x00], 2 ** -24],
  ['infinite half', 16, [0x00, 0x7c], Infinity],
  ['NaN half', 16, [0x01, 0x7c], NaN],
  ['24-bit', 24, [0x00, 0x00, 0x3f], 1],
  ['24-bit fraction', 24, [0x00, 0x80, 0x3f], 1.5],
  ['single', 32, [0x00, 0x00, 0x20, 0x40], 2.5],
  ['double', 64, [0, 0, 0, 0, 0, 0, 0xe0, 0x3f], 0.5],
])('a %s is read in both byte orders', (_name, bits, little, value) => {
  const bytes = Uint8Array.from([...little, ...little.toReversed()]);
  const sampleBytes = bits / 8;
  expect(sampleReader(bytes, layout(bits, SAMPLE_FORMAT.float), 'little')(0, 0)).toBe(value);
  expect(sampleReader(bytes, layout(bits, SAMPLE_FORMAT.float), 'big')(sampleBytes, 0)).toBe(value);
});

test.each([
  [8, [0xfe]],
  [16, [0xfe, 0x01]],
  [24, [0xfe, 0x01, 0x02]],
  [32, [0xfe, 0x01, 0x02, 0x03]],
  [64, [0xfe, 0x01, 0x02, 0x03, 0, 0, 0, 0]],
])('integers of %i bits are read in both byte orders', (bits, little) => {
  const value = little.reduce((sum, byte, index) => sum + byte * 256 ** index, 0);
  const bytes = Uint8Array.from([...little, ...little.toReversed()]);
  expect(sampleReader(bytes, layout(bits, SAMPLE_FORMAT.unsigned), 'little')(0, 0)).toBe(value);
  expect(sampleReader(bytes, layout(bits, SAMPLE_FORMAT.unsigned), 'big')(little.length, 0)).toBe(value);
});

test('samples that do not fill bytes are read with the most significant bit first', () => {
  const read = sampleReader(
    Uint8Array.of(0b10101100, 0b11010000),
    layout(5, SAMPLE_FORMAT.unsigned),
    'little',
  );
  expect([0, 1, 2].map((index) => read(0, index))).toEqual([0b10101, 0b10011, 0b01000]);
});

test.each([
  [8, SAMPLE_FORMAT.float, '8 bits (floating point)'],
  [40, SAMPLE_FORMAT.unsigned, '40 bits'],
])('%i bits of sample format %i are refused by that name', (bits, sampleFormat, text) => {
  expect(() => sampleReader(new Uint8Array(8), layout(bits, sampleFormat), 'little')).toThrow(
    expect.objectContaining({
      code: 'image/unsupported-pixels',
      message: expect.stringContaining(text) as string,
    }),
  );
});
