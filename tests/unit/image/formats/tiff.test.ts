import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodeImage, inspectImage, type ImageFacts } from '../../../../core/image/decode.ts';
import type { Raster } from '../../../../core/api/image.ts';
import { sceneRaster } from '../../../support/images.ts';
import { tiffFields, tiffFile, type TiffField, type TiffImageOptions } from '../../../support/tiffFile.ts';

const SIZE = { width: 9, height: 5 };
const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;
const SCENE = sceneRaster(SIZE.width, SIZE.height);
const GREY = sceneRaster(SIZE.width, SIZE.height, 1);

async function decode(bytes: Buffer): Promise<{ facts: ImageFacts; raster: Raster }> {
  const facts = await inspectImage(bytes, 'tiff', KEEP);
  return { facts, raster: await decodeImage(facts, KEEP) };
}

function oneImage(options: Omit<TiffImageOptions, 'width' | 'height'>, pixels: Uint8Array): Buffer {
  return tiffFile([{ fields: tiffFields({ ...SIZE, ...options }), pixels }]);
}

function bytesOf(samples: Float32Array | Float64Array | Uint16Array | Uint32Array): Uint8Array {
  return new Uint8Array(samples.buffer);
}

const AS_16_BIT = Array.from(SCENE.data, (value) => value * 257);

test.each([
  [
    '32-bit float',
    oneImage({ bits: 32, sampleFormat: 3 }, bytesOf(Float32Array.from(SCENE.data, (v) => v / 255))),
  ],
  [
    '64-bit float',
    oneImage({ bits: 64, sampleFormat: 3 }, bytesOf(Float64Array.from(SCENE.data, (v) => v / 255))),
  ],
  ['32-bit integer', oneImage({ bits: 32 }, bytesOf(Uint32Array.from(SCENE.data, (v) => v * 16_843_009)))],
])('a TIFF of %s samples becomes 16 bits of the same values', async (_, file) => {
  const { raster } = await decode(file);
  expect(Array.from(raster.data)).toEqual(AS_16_BIT);
});

/** Packs samples without gaps except at the ends of rows, most significant bit first. */
function packed(samples: readonly number[], bits: number, rowLength: number): Uint8Array {
  const rows: number[] = [];
  for (let start = 0; start < samples.length; start += rowLength) {
    const text = samples
      .slice(start, start + rowLength)
      .map((value) => value.toString(2).padStart(bits, '0'))
      .join('');
    for (let at = 0; at < text.length; at += 8) rows.push(parseInt(text.slice(at, at + 8).padEnd(8, '0'), 2));
  }
  return Uint8Array.from(rows);
}

test.each([10, 12, 14])('grey of %i bits fills the range of 16', async (bits) => {
  const peak = 2 ** bits - 1;
  const samples = Array.from(GREY.data, (value) => Math.round((value / 255) * peak));
  const { raster } = await decode(
    oneImage({ bits, channels: 1, photometric: 1 }, packed(samples, bits, SIZE.width)),
  );
  expect(Array.from(raster.data)).toEqual(samples.map((value) => Math.round((value / peak) * 65535)));
});

function withExtra(count: number): Uint8Array {
  const pixels: number[] = [];
  for (let at = 0; at < SCENE.data.length; at += 3)
    pixels.push(...SCENE.data.slice(at, at + 3), ...new Array<number>(count).fill(at % 251));
  return Uint8Array.from(pixels);
}

test.each<[string, number, readonly TiffField[], number]>([
  ['an unspecified extra channel', 1, [{ tag: 338, type: 3, values: [0] }], 3],
  ['an extra channel that no tag describes', 1, [], 3],
  ['four spot channels', 4, [{ tag: 338, type: 3, values: [0, 0, 0, 0] }], 3],
  ['a spot channel behind its transparency', 2, [{ tag: 338, type: 3, values: [2, 0] }], 4],
])('colour survives %s', async (_, count, extra, channels) => {
  const { raster, facts } = await decode(oneImage({ channels: 3 + count, extra }, withExtra(count)));
  expect(raster.channels).toBe(channels);
  expect(Array.from(raster.data.filter((__, index) => index % channels < 3))).toEqual(Array.from(SCENE.data));
  expect(facts.warnings.join()).toMatch(/extra channel/);
});

test('CIELab is converted to the matching sRGB', async () => {
  // L*, a*, b* under D50 of sRGB's white, black and red (54.29, 80.80, 69.89), as 8 bits.
  const lab = Int8Array.from([-1, 0, 0, 0, 0, 0, 138, 81, 70]);
  const file = tiffFile([
    { fields: tiffFields({ width: 3, height: 1, photometric: 8 }), pixels: new Uint8Array(lab.buffer) },
  ]);
  const { raster } = await decode(file);
  const shown = Array.from(raster.data, (value) => value / 257);
  for (const [index, wanted] of [255, 255, 255, 0, 0, 0, 255, 0, 0].entries())
    expect(Math.abs(shown[index]! - wanted), `sample ${index}`).toBeLessThan(4);
});

test('a predictor for floating point is undone', async () => {
  const made = await sharp(Buffer.from(SCENE.data), { raw: { ...SIZE, channels: 3 } })
    .tiff({ compression: 'deflate', predictor: 'horizontal' })
    .toBuffer();
  expect(Array.from((await decode(made)).raster.data)).toEqual(Array.from(SCENE.data));
  const floats = Buffer.from(bytesOf(Float32Array.from(GREY.data, (value) => value / 255)));
  const rows: Buffer[] = [];
  for (let row = 0; row < SIZE.height; row++) {
    const line = floats.subarray(row * SIZE.width * 4, (row + 1) * SIZE.width * 4);
    const planes = Buffer.alloc(line.length);
    for (let x = 0; x < SIZE.width; x++)
      for (let byte = 0; byte < 4; byte++) planes[byte * SIZE.width + x] = line[x * 4 + 3 - byte]!;
    for (let at = planes.length - 1; at > 0; at--) planes[at] = (planes[at]! - planes[at - 1]!) & 255;
    rows.push(planes);
  }
  const extra: TiffField[] = [
    { tag: 259, type: 3, values: [8] },
    { tag: 317, type: 3, values: [3] },
  ];
  const file = oneImage(
    { bits: 32, channels: 1, photometric: 1, sampleFormat: 3, extra },
    deflateSync(Buffer.concat(rows)),
  );
  expect(Array.from((await decode(file)).raster.data)).toEqual(Array.from(GREY.data, (value) => value * 257));
});

test.each<[string, Buffer]>([
  [
    'tags out of order',
    tiffFile([{ fields: tiffFields(SIZE).reverse(), pixels: SCENE.data as Uint8Array }], { unsorted: true }),
  ],
  [
    'a tag given twice',
    oneImage(
      {
        extra: [
          { tag: 305, type: 2, values: [65, 0] },
          { tag: 305, type: 2, values: [66, 0] },
        ],
      },
      SCENE.data as Uint8Array,
    ),
  ],
  [
    'text without its terminator',
    oneImage({ extra: [{ tag: 306, type: 2, values: [50, 48, 50, 54, 58] }] }, SCENE.data as Uint8Array),
  ],
  ['no sizes of strips', oneImage({ extra: [{ tag: 279, type: 4, values: [] }] }, SCENE.data as Uint8Array)],
  ['orientation 0', oneImage({ extra: [{ tag: 274, type: 3, values: [0] }] }, SCENE.data as Uint8Array)],
  [
    'a missing next page',
    tiffFile([{ fields: tiffFields(SIZE), pixels: SCENE.data as Uint8Array }], { lastNext: 7 }),
  ],
])('an error outside the pixels (%s) is noted, and the image read', async (_, file) => {
  const { raster, facts } = await decode(file);
  expect(Array.from(raster.data)).toEqual(Array.from(SCENE.data));
  expect(facts.warnings.join()).toMatch(/errors outside its pixels/);
});

const FLAGGED: TiffField = { tag: 254, type: 4, values: [1] };
const SMALL = { fields: tiffFields({ width: 3, height: 2, extra: [FLAGGED] }), pixels: new Uint8Array(18) };
const FULL = { fields: tiffFields(SIZE), pixels: SCENE.data as Uint8Array };

test.each([
  ['before', [SMALL, FULL]],
  ['behind', [FULL, SMALL]],
])('a thumbnail %s the image is not a page', async (_, pages) => {
  const { raster, facts } = await decode(tiffFile(pages));
  expect({ pages: facts.pages, width: raster.width }).toEqual({ pages: 1, width: SIZE.width });
});

test.each([
  ['Zstandard', 50000],
  ['LERC', 34887],
  ['JPEG 2000', 34712],
  ['the old kind of JPEG', 6],
])('a TIFF compressed with %s is refused by that name', async (name, compression) => {
  const file = oneImage({ extra: [{ tag: 259, type: 3, values: [compression] }] }, SCENE.data as Uint8Array);
  await expect(decode(file)).rejects.toMatchObject({
    code: 'image/unsupported-pixels',
    message: expect.stringContaining(name) as string,
  });
});

test('floating-point values of another range are refused, not clipped', async () => {
  const file = oneImage({ bits: 32, sampleFormat: 3 }, bytesOf(Float32Array.from(SCENE.data)));
  await expect(decode(file)).rejects.toMatchObject({ code: 'image/unsupported-pixels' });
});

test('missing strips count as damage', async () => {
  const whole = oneImage({ bits: 32, sampleFormat: 3 }, bytesOf(new Float32Array(40)));
  await expect(decode(whole)).rejects.toMatchObject({ code: 'image/corrupt' });
});

/** Photoshop's data: its name, then a block of a little-endian file. */
function photoshopData(key: string, sizeBytes: number, layers = 1): TiffField {
  const name = Buffer.from('Adobe Photoshop Document Data Block\0', 'latin1');
  const head = Buffer.from(`MIB8${key}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(sizeBytes, 8);
  const data = new Uint8Array(sizeBytes);
  new DataView(data.buffer).setInt16(0, layers, true);
  return { tag: 37724, type: 7, values: [...name, ...head, ...data] };
}

test.each([
  ['layers are noted', photoshopData('ryaL', 40), [expect.stringContaining('layers') as string]],
  [
    'layers with transparency of the image are',
    photoshopData('ryaL', 40, -2),
    [expect.stringContaining('layers') as string],
  ],
  ['a block without layers is not', photoshopData('ryaL', 4, 0), []],
  ['a block of zeros is not', photoshopData('ryaL', 40, 0), []],
  ['other data of Photoshop are not', photoshopData('ttaP', 40), []],
])('Photoshop: %s', async (_, field, expected) => {
  const { facts } = await decode(oneImage({ extra: [field] }, SCENE.data as Uint8Array));
  expect(facts.warnings).toEqual(expected);
});

test('a mask in a separate directory is noted', async () => {
  const mask = tiffFields({
    ...SIZE,
    channels: 1,
    photometric: 4,
    extra: [{ tag: 254, type: 4, values: [4] }],
  });
  const file = tiffFile([
    { fields: tiffFields(SIZE), pixels: SCENE.data as Uint8Array },
    { fields: mask, pixels: new Uint8Array(SIZE.width * SIZE.height) },
  ]);
  const { facts } = await decode(file);
  expect(facts.pages).toBe(1);
  expect(facts.warnings).toEqual([expect.stringContaining('mask')]);
});

test('complex numbers are refused with that reason', async () => {
  const file = oneImage(
    { channels: 1, photometric: 1, bits: 64, sampleFormat: 6 },
    new Uint8Array(9 * 5 * 8),
  );
  await expect(decode(file)).rejects.toMatchObject({
    code: 'image/unsupported-pixels',
    message: expect.stringContaining('complex numbers') as string,
  });
});

test('CIELab is the same when all of its channels are declared as signed', async () => {
  const pixels = Uint8Array.of(255, 0, 0, 0, 0, 0, 138, 81, 70);
  const lab = { width: 3, height: 1, photometric: 8 };
  const file = (options: object): Buffer =>
    tiffFile([{ fields: tiffFields({ ...lab, ...options }), pixels }]);
  const [plain, signed] = [await decode(file({})), await decode(file({ sampleFormat: 2 }))];
  expect(Array.from(signed.raster.data)).toEqual(Array.from(plain.raster.data));
});
