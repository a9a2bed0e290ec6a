import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { InputFormat } from '../../../../core/api/imageFormats.ts';
import type { Raster } from '../../../../core/api/image.ts';
import { makeProfile } from '../../../../core/image/colour/makeProfile.ts';
import { BT709 } from '../../../../core/image/colour/colourSpace.ts';
import { decodeImage, inspectImage, type ImageFacts } from '../../../../core/image/decode.ts';
import { joinBytes, latin1Bytes } from '../../../../core/metadata/byteFields.ts';
import { pngChunk } from '../../../../core/metadata/png/pngChunks.ts';
import { largestDifference, sceneRaster } from '../../../support/images.ts';
import { tiffFields, tiffFile, type TiffField } from '../../../support/tiffFile.ts';

const SRGB = { colour: 'srgb', maxPixels: 1e6 } as const;
const CLEAR = 2;

async function decode(bytes: Buffer, format: InputFormat): Promise<{ facts: ImageFacts; raster: Raster }> {
  const facts = await inspectImage(bytes, format, SRGB);
  return { facts, raster: await decodeImage(facts, SRGB) };
}

/** Inks, and the colour that remains of white light. */
const INKS = [
  { cmyk: [0, 0, 0, 0], rgb: [255, 255, 255] },
  { cmyk: [255, 0, 0, 0], rgb: [0, 255, 255] },
  { cmyk: [0, 102, 255, 0], rgb: [255, 153, 0] },
  { cmyk: [0, 0, 0, 204], rgb: [51, 51, 51] },
  { cmyk: [51, 0, 102, 51], rgb: [163, 204, 122] },
] as const;
const WANTED = INKS.flatMap(({ rgb }) => rgb);

test.each([8, 16] as const)('CMYK of %i bits without a profile is shown as in a browser', async (bits) => {
  const unit = bits === 16 ? 257 : 1;
  const samples = INKS.flatMap(({ cmyk }) => cmyk.map((value) => value * unit));
  const stored = bits === 16 ? Uint16Array.from(samples) : Uint8Array.from(samples);
  const fields = tiffFields({ width: INKS.length, height: 1, channels: 4, photometric: 5, bits });
  const pixels = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
  const { facts, raster } = await decode(tiffFile([{ fields, pixels }]), 'tiff');
  expect([raster.channels, facts.bitDepth, facts.isConverted]).toEqual([3, bits, true]);
  expect(
    largestDifference(
      Array.from(raster.data, (value) => value / unit),
      WANTED,
    ),
  ).toBeLessThanOrEqual(1);
  expect(facts.warnings.join()).toMatch(/CMYK to sRGB .* no profile/);
});

test.each([
  ['one inverted range for all', [255, 0], (value: number) => 255 - value],
  ['an inverted range for each', [255, 0, 255, 0, 255, 0, 255, 0], (value: number) => 255 - value],
  ['half a range, which is ignored,', [255], (value: number) => value],
  ['the usual range for each', [0, 255, 0, 255, 0, 255, 0, 255], (value: number) => value],
] as const)('inks with %s are read as they are counted', async (_, values, stored) => {
  const extra = [{ tag: 336, type: 3, values }] as const;
  const fields = tiffFields({ width: INKS.length, height: 1, channels: 4, photometric: 5, extra });
  const pixels = Uint8Array.from(INKS.flatMap(({ cmyk }) => cmyk.map(stored)));
  const { raster } = await decode(tiffFile([{ fields, pixels }]), 'tiff');
  expect(largestDifference(raster.data, WANTED)).toBeLessThanOrEqual(1);
});

test('transparency of CMYK without a profile is kept', async () => {
  const samples = INKS.flatMap(({ cmyk }, index) => [...cmyk, index * 50]);
  const extra = [{ tag: 338, type: 3, values: [CLEAR] }] as const;
  const fields = tiffFields({ width: INKS.length, height: 1, channels: 5, photometric: 5, extra });
  const { raster } = await decode(tiffFile([{ fields, pixels: Uint8Array.from(samples) }]), 'tiff');
  const wanted = INKS.flatMap(({ rgb }, index) => [...rgb, index * 50]);
  expect(raster.channels).toBe(4);
  expect(largestDifference(raster.data, wanted)).toBeLessThanOrEqual(1);
});

test('a CMYK JPEG without a profile is shown as in a browser', async () => {
  const side = 8;
  const cmyk = INKS.map(({ cmyk }) => cmyk);
  const data = Uint8Array.from(
    Array.from(
      { length: side * side * cmyk.length },
      (_, pixel) => cmyk[Math.floor((pixel % (side * cmyk.length)) / side)] ?? [],
    ).flat(),
  );
  const fields = tiffFields({ width: side * cmyk.length, height: side, channels: 4, photometric: 5 });
  const jpeg = await sharp(tiffFile([{ fields, pixels: data }]))
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
    .toBuffer();
  const { raster } = await decode(jpeg, 'jpeg');
  const found = INKS.flatMap((_, index) => [
    ...raster.data.subarray((index * side + 4) * 3, (index * side + 4) * 3 + 3),
  ]);
  expect(largestDifference(found, WANTED)).toBeLessThanOrEqual(3);
});

const YCBCR = [
  { ycc: [76, 85, 255], rgb: [254, 0, 0] },
  { ycc: [150, 44, 21], rgb: [0, 255, 1] },
  { ycc: [128, 128, 128], rgb: [128, 128, 128] },
] as const;

function yccTiff(
  steps: readonly number[],
  compression = 1,
  pixels: readonly number[] = YCBCR.flatMap(({ ycc }) => ycc),
  ...described: readonly TiffField[]
): Buffer {
  const extra = [
    { tag: 259, type: 3, values: [compression] },
    { tag: 530, type: 3, values: steps },
    ...described,
  ] as const;
  const fields = tiffFields({ width: pixels.length / 3, height: 1, photometric: 6, extra });
  return tiffFile([{ fields, pixels: Uint8Array.from(pixels) }]);
}

test('YCbCr without JPEG becomes RGB; with subsampled colour it is refused', async () => {
  const { raster } = await decode(yccTiff([1, 1]), 'tiff');
  expect(
    largestDifference(
      raster.data,
      YCBCR.flatMap(({ rgb }) => rgb),
    ),
  ).toBeLessThanOrEqual(1);
  await expect(decode(yccTiff([2, 2]), 'tiff')).rejects.toThrow(/differ in resolution/);
  await expect(decode(yccTiff([2, 2], 6), 'tiff')).rejects.toThrow(/old kind of JPEG/);
});

const BT709_SHARES: TiffField = { tag: 529, type: 5, values: [2126, 10_000, 7152, 10_000, 722, 10_000] };
const NARROW: TiffField = { tag: 532, type: 5, values: [16, 1, 235, 1, 128, 1, 240, 1, 128, 1, 240, 1] };

test.each([
  ['its own coefficients', BT709_SHARES, [54, 99, 255, 182, 30, 12], [255, 0, 0, 0, 255, 0]],
  ['the narrow range of video', NARROW, [81, 90, 240, 235, 128, 128], [254, 0, 0, 255, 255, 255]],
  [
    'a range without width',
    { ...NARROW, values: NARROW.values.map(() => 1) },
    [128, 128, 128],
    [128, 128, 128],
  ],
])('YCbCr with %s becomes RGB', async (_, described, pixels, wanted) => {
  const { raster } = await decode(yccTiff([1, 1], 1, pixels, described), 'tiff');
  expect(largestDifference(raster.data, wanted)).toBeLessThanOrEqual(2);
});

test('tiles with separately stored channels are read', async () => {
  const side = 16;
  const { data } = sceneRaster(side, side);
  const planes = [0, 1, 2].map((channel) =>
    Uint8Array.from(data.filter((_, index) => index % 3 === channel)),
  );
  const fields = tiffFields({ width: side, height: side })
    .filter(({ tag }) => ![273, 278, 279, 284].includes(tag))
    .concat([
      { tag: 284, type: 3, values: [2] },
      { tag: 322, type: 4, values: [side] },
      { tag: 323, type: 4, values: [side] },
    ]);
  const places = [0, 1, 2].map((plane) => 8 + plane * side * side);
  fields.push(
    { tag: 324, type: 4, values: places },
    { tag: 325, type: 4, values: places.map(() => side * side) },
  );
  const pixels = Buffer.concat(planes);
  const { raster } = await decode(tiffFile([{ fields, pixels }]), 'tiff');
  expect(Array.from(raster.data)).toEqual(Array.from(data));
});

test('a PNG with the code points of sRGB ignores its profile', async () => {
  const { width, height, channels, data } = sceneRaster(8, 6);
  const png = await sharp(data, { raw: { width, height, channels } }).png().toBuffer();
  const linear = makeProfile({ primaries: BT709, curve: { kind: 'power', gamma: 1 } }, 'rgb');
  const profile = joinBytes([latin1Bytes('linear\0\0'), deflateSync(linear)]);
  const chunks = [pngChunk('cICP', Uint8Array.of(1, 13, 0, 1)), pngChunk('iCCP', profile)];
  const { raster } = await decode(Buffer.concat([png.subarray(0, 33), ...chunks, png.subarray(33)]), 'png');
  expect(largestDifference(raster.data, data)).toBeLessThanOrEqual(1);
});
