import sharp from 'sharp';
import { expect, test } from 'vitest';
import { makeProfile } from '../../../../core/image/colour/makeProfile.ts';
import { BT709 } from '../../../../core/image/colour/colourSpace.ts';
import { decodeImage, inspectImage } from '../../../../core/image/decode.ts';
import { encodePixels } from '../../../../core/image/encode.ts';
import { rasterFile } from '../../../../core/image/rasterFile.ts';
import { rasterStore } from '../../../../core/image/rowStore.ts';
import { assembleSegments, bytesSource, embedMetadata } from '../../../../core/metadata/embedMetadata.ts';
import { pngChunk } from '../../../../core/metadata/png/pngChunks.ts';
import { largestDifference } from '../../../support/images.ts';

const MAX_PIXELS = 1e6;
const KEEP = { colour: 'keep', maxPixels: MAX_PIXELS } as const;
const SRGB = { colour: 'srgb', maxPixels: MAX_PIXELS } as const;

/** A ramp of 16 greys and a few colours. */
const PIXELS = Uint8Array.from([
  ...Array.from({ length: 48 }, (_, index) => Math.floor(index / 3) * 17),
  200,
  60,
  20,
  20,
  180,
  90,
]);
const SIZE = { width: PIXELS.length / 3, height: 1 };

function big(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
}

/** A PNG of the pixels with chunks before its image data. */
async function pngWith(chunks: readonly (readonly [string, Uint8Array])[]): Promise<Buffer> {
  const png = await sharp(PIXELS, { raw: { ...SIZE, channels: 3 } })
    .png()
    .toBuffer();
  const headEnd = 33;
  const added = chunks.map(([type, data]) => pngChunk(type, data));
  return Buffer.concat([png.subarray(0, headEnd), ...added, png.subarray(headEnd)]);
}

async function shown(file: Buffer): Promise<number[]> {
  const facts = await inspectImage(file, 'png', SRGB);
  return Array.from((await decodeImage(facts, SRGB)).data);
}

const LINEAR = big(100_000);
const SRGB_GAMMA = big(45_455);
const ADOBE = big(31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6000);

function linearToSrgb(value: number): number {
  const light = value / 255;
  return 255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055);
}

test("a PNG's gamma is applied as the specification defines it", async () => {
  const pixels = await shown(await pngWith([['gAMA', LINEAR]]));
  expect(largestDifference(pixels, Array.from(PIXELS, linearToSrgb))).toBeLessThan(1.6);
});

test.each<[string, readonly (readonly [string, Uint8Array])[]]>([
  ["gAMA of sRGB's", [['gAMA', SRGB_GAMMA]]],
  [
    'sRGB before gAMA',
    [
      ['sRGB', Uint8Array.of(0)],
      ['gAMA', LINEAR],
      ['cHRM', ADOBE],
    ],
  ],
  [
    'cICP of sRGB before gAMA',
    [
      ['cICP', Uint8Array.of(1, 13, 0, 1)],
      ['gAMA', LINEAR],
    ],
  ],
])('%s leaves pixels as they are', async (_, chunks) => {
  expect(largestDifference(await shown(await pngWith(chunks)), PIXELS)).toBeLessThan(1.1);
});

test('values are kept, with a profile that describes them', async () => {
  const facts = await inspectImage(await pngWith([['gAMA', LINEAR]]), 'png', KEEP);
  expect(Array.from((await decodeImage(facts, KEEP)).data)).toEqual(Array.from(PIXELS));
  expect(facts.icc?.length).toBeGreaterThan(128);
});

test('cICP takes precedence over a profile, and cHRM counts only without either', async () => {
  const wide = await shown(
    await pngWith([
      ['cHRM', ADOBE],
      ['gAMA', big(45_455)],
    ]),
  );
  const isRedder = wide[48]! > PIXELS[48]! + 15;
  expect(isRedder).toBe(true);
  const displayP3 = await shown(await pngWith([['cICP', Uint8Array.of(12, 13, 0, 1)]]));
  expect(displayP3[48]).toBeGreaterThan(PIXELS[48]! + 8);
});

test.each([
  ['PQ', 16, 148],
  ['HLG', 18, 191],
])(
  '%s is converted to the standard range, with white kept white, and a note',
  async (name, transfer, white) => {
    const file = await sharp(new Uint8Array(12).fill(white), { raw: { width: 2, height: 2, channels: 3 } })
      .png()
      .toBuffer();
    const chunk = pngChunk('cICP', Uint8Array.of(9, transfer, 0, 1));
    const facts = await inspectImage(
      Buffer.concat([file.subarray(0, 33), chunk, file.subarray(33)]),
      'png',
      KEEP,
    );
    const { data } = await decodeImage(facts, KEEP);
    expect(facts.warnings.join()).toContain(`HDR image (${name})`);
    expect(facts.icc).toBeUndefined();
    expect(Math.abs(data[0]! / 257 - 250)).toBeLessThan(6);
  },
);

test.each([
  ['narrow range', [1, 13, 0, 0]],
  ['unknown primaries', [77, 13, 0, 1]],
])('cICP of %s is refused with a message', async (_, points) => {
  const file = await pngWith([['cICP', Uint8Array.from(points)]]);
  await expect(inspectImage(file, 'png', KEEP)).rejects.toMatchObject({ code: 'image/unsupported-pixels' });
});

test('a generated profile of sRGB changes nothing', async () => {
  const png = await sharp(PIXELS, { raw: { ...SIZE, channels: 3 } })
    .png()
    .toBuffer();
  const icc = makeProfile({ primaries: BT709, curve: { kind: 'srgb' } }, 'rgb');
  const source = bytesSource(png);
  const described = assembleSegments(source, embedMetadata('png', source, { icc }).segments);
  expect(largestDifference(await shown(Buffer.from(described)), PIXELS)).toBeLessThanOrEqual(1);
});

test('an AVIF that describes its colours by code points keeps them in a profile', async () => {
  const avif = await sharp(PIXELS, { raw: { ...SIZE, channels: 3 } })
    .avif({ lossless: true })
    .toBuffer();
  const place = avif.indexOf('colrnclx');
  expect(place).toBeGreaterThan(0);
  const changed = Buffer.from(avif);
  changed.writeUInt16BE(12, place + 8);
  const facts = await inspectImage(changed, 'avif', KEEP);
  expect(facts.icc).toBeDefined();
});

test.each([
  ['colour', 3],
  ['grey', 1],
  ['grey with transparency', 2],
] as const)('16 bits of %s are converted to sRGB by their profile as exactly as 8', async (_, channels) => {
  const samples = [0.02, 0.1, 0.5, 0.9, 0.3, 0.7].slice(0, channels === 1 ? 5 : 6);
  const isAlpha = (index: number): boolean => channels === 2 && index % 2 === 1;
  const data = Uint16Array.from(samples, (value) => Math.round(value * 65535));
  const width = samples.length / channels;
  const icc = makeProfile(
    { primaries: BT709, curve: { kind: 'power', gamma: 1 } },
    channels === 3 ? 'rgb' : 'grey',
  );
  const file = rasterFile({ width, height: 1, channels, data }, { icc });
  const facts = await inspectImage(file, 'tiff', SRGB);
  const made = await decodeImage(facts, SRGB);
  expect(made.channels).toBe(channels);
  const wanted = samples.map((value, index) => (isAlpha(index) ? value * 255 : linearToSrgb(value * 255)));
  expect(
    largestDifference(
      Array.from(made.data, (value) => value / 257),
      wanted,
    ),
  ).toBeLessThan(1);
});

test('an AVIF of 10 bits fills the whole range of 16, and is written with 10', async () => {
  const data = new Uint16Array(8 * 8 * 3).fill(65535);
  const made = await encodePixels(
    rasterStore({ width: 8, height: 8, channels: 3, data }),
    { format: 'avif', quality: 100, lossless: false, background: '#ffffff' },
    '',
  );
  if (made.kind === 'file') throw new TypeError('A small image is encoded in memory.');
  const facts = await inspectImage(made.bytes, 'avif', KEEP);
  expect(facts.storedBits).toBe(10);
  expect(Math.min(...(await decodeImage(facts, KEEP)).data)).toBeGreaterThan(65_400);
});
