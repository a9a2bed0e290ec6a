import path from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import type { Raster } from '../../../core/api/image.ts';
import { backdropIn, isBlendedInSrgb } from '../../../core/image/colour/backdrop.ts';
import { BT709, D65, type ColourSpace, type Primaries } from '../../../core/image/colour/colourSpace.ts';
import { makeProfile } from '../../../core/image/colour/makeProfile.ts';
import { encodePixels } from '../../../core/image/encode.ts';
import { rasterStore } from '../../../core/image/rowStore.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { assembleSegments, embedMetadata } from '../../../core/metadata/embedMetadata.ts';
import { largestDifference } from '../../support/images.ts';

const P3: Primaries = { ...BT709, red: { x: 0.68, y: 0.32 }, green: { x: 0.265, y: 0.69 }, white: D65 };
const SIDE = 16;

async function flattened(raster: Raster, options: { background: string; icc?: Uint8Array }): Promise<Buffer> {
  const how = { format: 'jpeg', lossless: false, quality: 100, ...options } as const;
  const encoded = await encodePixels(rasterStore(raster), how, path.join('not', 'used'));
  if (encoded.kind !== 'memory') throw new Error('a small image was written to a file');
  return encoded.bytes;
}

/** A transparent image, flattened to JPEG and shown in sRGB. */
async function shownBackdrop(
  channels: 2 | 4,
  background: string,
  icc?: Uint8Array,
): Promise<readonly number[]> {
  const data = new Uint8Array(SIDE * SIDE * channels);
  const jpeg = await flattened(
    { width: SIDE, height: SIDE, channels, data },
    { background, ...(icc && { icc }) },
  );
  const stored = await sharp(jpeg).raw().toBuffer({ resolveWithObject: true });
  const raw = { width: SIDE, height: SIDE, channels: stored.info.channels };
  const image = sharp(stored.data, { raw });
  const tagged = icc ? sharp(await withProfile(image, icc)) : image;
  const shown = await tagged.toColourspace('srgb').raw().toBuffer();
  return [...shown.subarray(0, 3)];
}

/** A PNG of stored values with a profile. */
async function withProfile(stored: Sharp, icc: Uint8Array): Promise<Buffer> {
  const source = bytesSource(await stored.png().toBuffer());
  return Buffer.from(assembleSegments(source, embedMetadata('png', source, { icc }).segments));
}

const SPACES: readonly (readonly [string, ColourSpace])[] = [
  ['Display P3', { primaries: P3, curve: { kind: 'srgb' } }],
  ['gamma 2.2', { primaries: BT709, curve: { kind: 'power', gamma: 2.2 } }],
  ['wide gamut of gamma 2.2', { primaries: P3, curve: { kind: 'power', gamma: 2.2 } }],
];

test.each(SPACES)('a background is an sRGB colour, even behind an image in %s', async (_, space) => {
  const shown = await shownBackdrop(4, '#e0762a', makeProfile(space, 'rgb'));
  expect(largestDifference(shown, [0xe0, 0x76, 0x2a])).toBeLessThanOrEqual(3);
});

test('a coloured background behind grey keeps its colour', async () => {
  expect(largestDifference(await shownBackdrop(2, '#d02060'), [0xd0, 0x20, 0x60])).toBeLessThanOrEqual(2);
});

test('16 bits are filled with the same colour', async () => {
  const shape = { width: SIDE, height: SIDE, channels: 2 } as const;
  const jpeg = await flattened(
    { ...shape, data: new Uint16Array(SIDE * SIDE * 2) },
    { background: '#d02060' },
  );
  const [r, g, b] = await sharp(jpeg).raw().toBuffer();
  expect(largestDifference([r!, g!, b!], [0xd0, 0x20, 0x60])).toBeLessThanOrEqual(2);
});

test('a grey background is a grey of the profile', () => {
  const icc = makeProfile({ primaries: BT709, curve: { kind: 'power', gamma: 2.2 } }, 'grey');
  // The light of 48 in sRGB, 0.0296, has the value 0.2017 in a curve of gamma 2.2.
  expect(backdropIn(icc, '#303030')).toEqual({ r: 51, g: 51, b: 51 });
});

test.each([
  ['linear', { kind: 'power', gamma: 1 }, '#ffffff', true],
  ['gamma 1.8', { kind: 'power', gamma: 1.8 }, '#ffffff', true],
  ['gamma 2.2', { kind: 'power', gamma: 2.2 }, '#ffffff', false],
  ['the curve of sRGB', { kind: 'srgb' }, '#ffffff', false],
] as const)('%s is blended in sRGB only if its curve differs', (_, curve, background, wanted) => {
  for (const kind of ['rgb', 'grey'] as const)
    expect(isBlendedInSrgb(makeProfile({ primaries: BT709, curve }, kind), background)).toBe(wanted);
});

test('grey before a coloured background is blended in sRGB', () => {
  const icc = makeProfile({ primaries: BT709, curve: { kind: 'srgb' } }, 'grey');
  expect(isBlendedInSrgb(icc, '#ff0000')).toBe(true);
});
