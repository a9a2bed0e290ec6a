import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodeImage, inspectImage } from '../../../../core/image/decode.ts';
import { sniffFormat } from '../../../../core/image/sniffFormat.ts';
import { bytesSource } from '../../../../core/metadata/byteSource.ts';

const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;

function heic(name: string): Buffer {
  return readFileSync(new URL(`../../../fixtures/heif/${name}.heic`, import.meta.url));
}

/** A sound file with the type of its coded items replaced. */
function coded(file: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(file);
  for (let at = copy.indexOf(from); at >= 0 && at < copy.indexOf('mdat'); at = copy.indexOf(from, at + 4))
    copy.write(to, at, 'latin1');
  return copy;
}

/** Its main brand, and each compatible one, replaced. */
function branded(file: Buffer, brand: string): Buffer {
  const copy = Buffer.from(file);
  for (let at = 8; at < copy.readUInt32BE(0); at += 4) if (at !== 12) copy.write(brand, at, 'latin1');
  return copy;
}

async function makeAvif(): Promise<Buffer> {
  const image = { width: 16, height: 8, channels: 3, background: '#3070c0' } as const;
  return sharp({ create: image }).avif({ quality: 90 }).toBuffer();
}

async function refusal(file: Buffer): Promise<unknown> {
  const sniffed = sniffFormat(bytesSource(file));
  if (sniffed.kind !== 'image') return sniffed;
  try {
    const facts = await inspectImage(file, sniffed.format, KEEP);
    return await decodeImage(facts, KEEP);
  } catch (error) {
    return error;
  }
}

test.each([
  ['avc1', 'AVC (H.264)'],
  ['evc1', 'EVC'],
  ['vvc1', 'VVC (H.266)'],
  ['lhv1', 'layered HEVC'],
  ['jpeg', 'JPEG'],
  ['j2k1', 'JPEG 2000'],
  ['unci', 'uncompressed samples'],
  ['wxyz', '“wxyz”'],
])('a HEIF file coded as %s is refused by that name', async (type, name) => {
  for (const file of ['plain', 'alpha'])
    for (const brand of ['heic', 'mif1'])
      expect(await refusal(branded(coded(heic(file), 'hvc1', type), brand))).toMatchObject({
        code: 'image/unsupported-format',
        message: expect.stringContaining(
          `coded with ${name.startsWith('“') ? 'an unknown method' : name}`,
        ) as string,
      });
});

test('a HEIF file whose main image is made with a gain map is refused by that name', async () => {
  const file = coded(heic('plain'), 'hvc1', 'tmap');
  expect(await refusal(file)).toMatchObject({
    code: 'image/unsupported-format',
    message: expect.stringContaining('gain map') as string,
  });
});

test('a HEIF file with the name of an AVIF is read by its coding', async () => {
  const file = branded(heic('plain'), 'avif');
  expect(sniffFormat(bytesSource(file))).toEqual({ kind: 'image', format: 'heic' });
  expect(await refusal(file)).toHaveProperty('data');
});

test('an AVIF with a general HEIF brand is read by its coding', async () => {
  const file = branded(await makeAvif(), 'mif1');
  expect(sniffFormat(bytesSource(file))).toEqual({ kind: 'image', format: 'avif' });
  expect(await refusal(file)).toMatchObject({ width: 16, height: 8 });
});

test('an AVIF whose pixels are coded in another way is refused by its name', async () => {
  expect(await refusal(coded(await makeAvif(), 'av01', 'vvc1'))).toMatchObject({
    code: 'image/unsupported-format',
    message: expect.stringContaining('VVC') as string,
  });
});

test.each(['avci', 'evbi', 'vvic', 'j2ki', 'jpeg'])('the brand %s is of a HEIF file', (brand) => {
  const file = branded(coded(heic('plain'), 'hvc1', 'avc1'), brand);
  expect(sniffFormat(bytesSource(file))).toMatchObject({ kind: 'image' });
});
