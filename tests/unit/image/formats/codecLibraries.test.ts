import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { IMAGE_FORMATS, INPUT_FORMATS } from '../../../../core/api/imageFormats.ts';
import { isFormatAvailable } from '../../../../core/image/codecs/codecPackages.ts';
import { decodeHeic } from '../../../../core/image/codecs/heifLibrary.ts';
import { decodeJxl, encodeJxl } from '../../../../core/image/codecs/jxlLibrary.ts';
import { patternRaster } from '../../../support/images.ts';

// The libraries themselves, without the thread that they run in: after an error, the thread continues with the same one.

function heic(name: string): Buffer {
  return readFileSync(new URL(`../../../fixtures/heif/${name}.heic`, import.meta.url));
}

describe('HEIC', () => {
  test.each([
    ['plain', 3, Uint8Array],
    ['alpha', 4, Uint8Array],
    ['grey', 1, Uint8Array],
    ['ten-bits', 3, Uint16Array],
  ])('%s is decoded with %i channels', async (name, channels, samples) => {
    const { image, icc } = await decodeHeic(heic(name), 1e6);
    expect([image.width, image.height, image.channels]).toEqual([64, 48, channels]);
    expect(image.data).toBeInstanceOf(samples);
    expect(icc).toBeUndefined();
  });

  test('its colour profile is returned', async () => {
    expect((await decodeHeic(heic('profile'), 1e6)).icc?.length).toBeGreaterThan(128);
  });

  test('an image that is damaged or too large is an error, and the library still works', async () => {
    const sound = await decodeHeic(heic('plain'), 1e6);
    await expect(decodeHeic(heic('plain'), 100)).rejects.toMatchObject({ code: 'image/too-large' });
    await expect(decodeHeic(heic('plain').subarray(0, 700), 1e6)).rejects.toMatchObject({
      code: 'image/corrupt',
    });
    expect((await decodeHeic(heic('plain'), 1e6)).image.data).toEqual(sound.image.data);
  });
});

describe('JPEG XL', () => {
  test.each([
    [1, 8],
    [2, 16],
    [3, 16],
    [4, 8],
  ] as const)('%i channels of %i bits are lossless at quality 100', async (channels, bitDepth) => {
    const image = patternRaster({ width: 17, height: 9, channels, bitDepth });
    const bytes = await encodeJxl({ kind: 'encode-jxl', image, icc: undefined, quality: 100 });
    const decoded = await decodeJxl(bytes, 1e6);
    expect(decoded.image).toEqual(image);
    expect([decoded.frames, decoded.warnings]).toEqual([1, []]);
  });

  test('an image that is damaged or too large is an error, and the library still works', async () => {
    const image = patternRaster({ width: 64, height: 48, channels: 3, bitDepth: 8 });
    const bytes = await encodeJxl({ kind: 'encode-jxl', image, icc: undefined, quality: 90 });
    await expect(decodeJxl(bytes, 100)).rejects.toMatchObject({ code: 'image/too-large' });
    await expect(decodeJxl(bytes.subarray(0, bytes.length / 2), 1e6)).rejects.toMatchObject({
      code: 'image/corrupt',
    });
    expect((await decodeJxl(bytes, 1e6)).image).toMatchObject({ width: 64, height: 48, channels: 3 });
  });
});

test('a format is available unless its package is missing; here all packages are installed', () => {
  expect(INPUT_FORMATS.filter((format) => IMAGE_FORMATS[format].package !== undefined)).not.toEqual([]);
  expect(INPUT_FORMATS.filter((format) => !isFormatAvailable(format))).toEqual([]);
});
