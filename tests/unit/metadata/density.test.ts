import { expect, test } from 'vitest';
import { uintBytes } from '../../../core/metadata/byteFields.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { densityOfExif, exifWithDensity } from '../../../core/metadata/exif/exifDensity.ts';
import { readExifTree } from '../../../core/metadata/exif/exifTree.ts';
import { buildExif } from '../../../core/metadata/exif/writeExifTree.ts';
import { prepareMetadata } from '../../../core/metadata/prepareMetadata.ts';
import { readMetadata } from '../../../core/metadata/readMetadata.ts';
import { makerNoteBytes, makerNoteOffset, richExif } from './richMetadata.ts';
import { embedInto, ENCODED_SAMPLES, encodeSample, storedPixels } from './sampleImages.ts';

const RESOLUTION_TAGS = [0x011a, 0x011b, 0x0128];
const EMPTY = { order: 'big', ifd0: [], exif: [], gps: [], interop: [] } as const;
const DENSITY = { x: 118.11, y: 118.11, unit: 'cm' } as const;

function exifWithoutDensity(): Uint8Array {
  const tree = readExifTree(bytesSource(richExif('big')), () => undefined) ?? EMPTY;
  const ifd0 = tree.ifd0.filter((field) => !RESOLUTION_TAGS.includes(field.tag));
  return buildExif({ ...tree, ifd0 }).bytes;
}

test('a resolution joins EXIF without moving anything in it', () => {
  const exif = exifWithoutDensity();
  const longer = exifWithDensity(exif, DENSITY) ?? new Uint8Array();
  expect(densityOfExif(exif)).toBeUndefined();
  expect(densityOfExif(longer)).toEqual(DENSITY);
  expect(makerNoteOffset(longer)).toBe(makerNoteOffset(exif));
  expect(makerNoteBytes(longer)).toEqual(makerNoteBytes(exif));
  const treeOf = (bytes: Uint8Array) => readExifTree(bytesSource(bytes), () => undefined) ?? EMPTY;
  const ifd0 = treeOf(longer).ifd0.filter((field) => !RESOLUTION_TAGS.includes(field.tag));
  expect({ ...treeOf(longer), ifd0 }).toEqual(treeOf(exif));
});

test.each(ENCODED_SAMPLES)('a $name keeps its resolution if EXIF contains none', async (sample) => {
  const metadata = { exif: exifWithoutDensity(), density: { x: 300, y: 300, unit: 'inch' } } as const;
  const { file } = embedInto(sample.format, await encodeSample(sample), metadata);
  const back = readMetadata(sample.format, file).metadata;
  expect(back.density ?? densityOfExif(back.exif)).toEqual(metadata.density);
});

test.each(ENCODED_SAMPLES)("a $name has the resolution for printing, not its original's", async (sample) => {
  const asked = { x: 300, y: 300, unit: 'inch' } as const;
  const originals = [
    {},
    { exif: richExif('big') },
    { exif: exifWithoutDensity() },
    { density: { x: 72, y: 72, unit: 'inch' } },
  ] as const;
  for (const original of originals) {
    for (const policy of ['all', 'safe', 'none'] as const) {
      const prepared = prepareMetadata(original, {
        ...{ policy, width: 8, height: 8, keepIcc: true, density: asked },
      });
      const { file } = embedInto(sample.format, await encodeSample(sample), prepared.metadata);
      const back = readMetadata(sample.format, file).metadata;
      expect(back.density ?? densityOfExif(back.exif)).toEqual(asked);
    }
  }
});

test.each([
  { numerator: 0, denominator: 1 },
  { numerator: 72, denominator: 0 },
  { numerator: 0, denominator: 0 },
  { numerator: 4_000_000_000, denominator: 1 },
])('$numerator / $denominator is not a resolution', ({ numerator, denominator }) => {
  const value = new Uint8Array([...uintBytes(numerator, 4, 'big'), ...uintBytes(denominator, 4, 'big')]);
  const rational = (tag: number) => ({ tag, type: 5, count: 1, value });
  expect(
    densityOfExif(buildExif({ ...EMPTY, ifd0: [rational(0x011a), rational(0x011b)] }).bytes),
  ).toBeUndefined();
});

test.each(ENCODED_SAMPLES.filter((sample) => sample.format === 'png'))(
  'the resolution that the encoder adds is removed from a $name, and nothing else',
  async (sample) => {
    const encoded = await encodeSample(sample);
    const { file, warnings } = embedInto('png', encoded, {});
    expect(warnings).toEqual([]);
    expect(encoded.length - file.length).toBe(21);
    expect(Buffer.from(file).includes('pHYs')).toBe(false);
    expect(await storedPixels(file)).toEqual(await storedPixels(encoded));
  },
);

test.each(ENCODED_SAMPLES)('a $name from our encoder passes on no resolution', async (sample) => {
  const { metadata } = readMetadata(sample.format, await encodeSample(sample));
  expect(metadata).toEqual({});
});
