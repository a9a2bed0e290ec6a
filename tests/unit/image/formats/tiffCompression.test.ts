import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import {
  decodeDeflate,
  decodeLzw,
  decodePackBits,
} from '../../../../core/image/formats/tiff/tiffCompression.ts';
import { readDirectories, TIFF_TAG } from '../../../../core/image/formats/tiff/tiffDirectory.ts';
import { undoPredictor } from '../../../../core/image/formats/tiff/tiffPredictor.ts';
import { readLayout, type TiffLayout } from '../../../../core/image/formats/tiff/tiffLayout.ts';
import { bytesSource } from '../../../../core/metadata/byteSource.ts';
import { patternRaster, sceneRaster } from '../../../support/images.ts';

interface Strips {
  readonly layout: TiffLayout;
  readonly strips: readonly Uint8Array[];
}

/** The compressed strips of a grey image, as libtiff writes them. */
async function stripsOf(
  pixels: Uint8Array,
  width: number,
  predictor: 'none' | 'horizontal',
): Promise<Strips> {
  const file = await sharp(pixels, { raw: { width, height: pixels.length / width, channels: 1 } })
    .toColourspace('b-w')
    .tiff({ compression: 'lzw', predictor })
    .toBuffer();
  const directory = readDirectories(bytesSource(file)).directories[0]!;
  const lengths = directory.numbers(TIFF_TAG.stripByteCounts)!;
  const offsets = directory.numbers(TIFF_TAG.stripOffsets)!;
  const strips = offsets.map((start, index) => file.subarray(start, start + lengths[index]!));
  return { layout: readLayout(directory), strips };
}

/** The grey values of a scene, or noise, which needs codes of every length and the clear code. */
const IMAGES: readonly (readonly [string, Uint8Array])[] = [
  ['a scene', Uint8Array.from(sceneRaster(160, 120, 1).data)],
  ['noise', Uint8Array.from(patternRaster({ width: 160, height: 120, channels: 1, bitDepth: 8 }).data)],
];

describe('LZW', () => {
  test.each(IMAGES)('%s of libtiff is decoded exactly', async (_name, pixels) => {
    const { strips } = await stripsOf(pixels, 160, 'none');
    let at = 0;
    for (const strip of strips) {
      const { data, filled } = decodeLzw(strip, Math.min(pixels.length - at, 65_536));
      expect(Buffer.compare(data.subarray(0, filled), pixels.subarray(at, at + filled))).toBe(0);
      at += filled;
    }
    expect(at).toBe(pixels.length);
  });

  test('a stream that ends early is decoded up to there, and the rest is zero', async () => {
    const pixels = IMAGES[0]![1];
    const strip = (await stripsOf(pixels, 160, 'none')).strips[0]!;
    const whole = decodeLzw(strip, pixels.length);
    const half = decodeLzw(strip.subarray(0, strip.length / 2), pixels.length);
    expect(half.filled).toBeGreaterThan(0);
    expect(half.filled).toBeLessThan(whole.filled);
    expect(half.data.subarray(0, half.filled)).toEqual(whole.data.subarray(0, half.filled));
    expect(half.data.subarray(half.filled).every((value) => value === 0)).toBe(true);
  });

  test('a code that was not defined yet ends the stream', () => {
    const undefinedCode = Uint8Array.of(0x80, 0x7f, 0x80); // clear, then 510 in nine bits
    expect(decodeLzw(undefinedCode, 10).filled).toBe(0);
  });
});

describe('PackBits', () => {
  const PACKED = [0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x80, 0x00, 0x22];
  const UNPACKED = [0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x22];

  test('literal and repeated bytes are decoded, and 128 does nothing', () => {
    const { data, filled } = decodePackBits(Uint8Array.from(PACKED), UNPACKED.length);
    expect([...data]).toEqual(UNPACKED);
    expect(filled).toBe(UNPACKED.length);
  });

  test('runs never exceed the expected size, and a cut stream leaves the rest zero', () => {
    expect([...decodePackBits(Uint8Array.from(PACKED), 2).data]).toEqual([0xaa, 0xaa]);
    const cut = decodePackBits(Uint8Array.from(PACKED.slice(0, 4)), 6);
    expect([...cut.data, cut.filled]).toEqual([0xaa, 0xaa, 0xaa, 0x80, 0, 0, 4]);
  });
});

test('Deflate is decoded, and a damaged or longer stream counts as empty', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, index) => index % 7);
  const packed = deflateSync(bytes);
  expect([...decodeDeflate(packed, 100).data]).toEqual([...bytes]);
  expect(decodeDeflate(packed.subarray(0, 10), 100).filled).toBe(0);
  expect(decodeDeflate(packed, 50).filled).toBe(0);
});

describe('differences of samples', () => {
  test('those of libtiff are added up exactly', async () => {
    const pixels = IMAGES[0]![1];
    const { layout, strips } = await stripsOf(pixels, 160, 'horizontal');
    const { data, filled } = decodeLzw(strips[0]!, pixels.length);
    const rows = filled / 160;
    const block = { width: 160, rows, channels: 1 };
    undoPredictor(data, { layout, rowBytes: 160, block, order: 'little' });
    expect(layout.predictor).toBe(2);
    expect(Buffer.compare(data.subarray(0, filled), pixels.subarray(0, filled))).toBe(0);
  });

  test.each(['little', 'big'] as const)('16 bits in %s-endian order wrap around', async (order) => {
    const { layout } = await stripsOf(IMAGES[0]![1], 160, 'horizontal');
    const values = [65_535, 2, 7].map((value) =>
      order === 'little' ? value : ((value & 255) << 8) | (value >> 8),
    );
    const bytes = new Uint8Array(Uint16Array.from(values).buffer);
    const block = { width: 3, rows: 1, channels: 1 };
    undoPredictor(bytes, { layout: { ...layout, bits: 16 }, rowBytes: 6, block, order });
    const view = new DataView(bytes.buffer);
    expect([0, 2, 4].map((at) => view.getUint16(at, order === 'little'))).toEqual([65_535, 1, 8]);
  });
});
