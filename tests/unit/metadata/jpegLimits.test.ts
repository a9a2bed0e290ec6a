import sharp from 'sharp';
import { expect, test } from 'vitest';
import { joinBytes, latin1Bytes, latin1Text, uintBytes } from '../../../core/metadata/byteFields.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import { readExifTree } from '../../../core/metadata/exif/exifTree.ts';
import { buildExif } from '../../../core/metadata/exif/writeExifTree.ts';
import { readJpegHeader } from '../../../core/metadata/jpeg/jpegSegments.ts';
import { readMetadata } from '../../../core/metadata/readMetadata.ts';
import { makerNoteBytes, realProfile, RICH_XMP, richExif, richMetadata } from './richMetadata.ts';
import { embedInto, ENCODED_SAMPLES, encodeSample, storedPixels } from './sampleImages.ts';

const [JPEG] = ENCODED_SAMPLES;

async function encodedJpeg(): Promise<Uint8Array> {
  return JPEG === undefined ? new Uint8Array() : encodeSample(JPEG);
}

/** EXIF with one more field, of a given size, in its Exif directory. */
function exifWith(tag: number, sizeBytes: number): Uint8Array {
  const tree = readExifTree(bytesSource(richExif('little')), () => undefined);
  const value = new Uint8Array(sizeBytes).fill(65);
  const field = { tag, type: 7, count: sizeBytes, value };
  const empty = { order: 'little', ifd0: [], exif: [], gps: [], interop: [] } as const;
  const { exif, ...others } = tree ?? empty;
  return buildExif({ ...others, exif: [...exif.filter((one) => one.tag !== tag), field] }).bytes;
}

function longXmp(sizeBytes: number): Uint8Array {
  const text = new TextDecoder().decode(RICH_XMP);
  const title = Array.from({ length: sizeBytes / 8 }, (_, index) => String(index).padStart(8)).join('');
  return new TextEncoder().encode(text.replace('über der Bucht', `über der Bucht${title}`));
}

/** A deep comparison of long arrays takes seconds. */
function expectSameBytes(actual: Uint8Array | undefined, expected: Uint8Array): void {
  expect(actual?.length).toBe(expected.length);
  expect(Buffer.from(actual ?? []).equals(expected)).toBe(true);
}

test('EXIF of exactly 65527 bytes fits, one more byte costs the maker note', async () => {
  const overhead = exifWith(0x927c, 65_000).length - 65_000;
  const longest = exifWith(0x927c, 65_527 - overhead - ((65_527 - overhead) % 2));
  const fitting = embedInto('jpeg', await encodedJpeg(), { exif: longest });
  expect(fitting.warnings).toEqual([]);
  expectSameBytes(readMetadata('jpeg', fitting.file).metadata.exif, longest);

  const tooLong = embedInto('jpeg', await encodedJpeg(), { exif: exifWith(0x927c, 66_000) });
  const tree = readExifTree(
    bytesSource(readMetadata('jpeg', tooLong.file).metadata.exif ?? new Uint8Array()),
    () => undefined,
  );
  expect(tooLong.warnings).toEqual([expect.stringContaining('its maker note was left out')]);
  expect(tree?.exif.some((field) => field.tag === 0x927c)).toBe(false);
  expect(tree?.gps).toHaveLength(4);
});

test('EXIF that is too long only because of its thumbnail loses only that', async () => {
  const exif = richExif('little', new Uint8Array(66_000));
  const { file, warnings } = embedInto('jpeg', await encodedJpeg(), { exif });
  const back = readMetadata('jpeg', file).metadata.exif ?? new Uint8Array();
  expect(warnings).toEqual([]);
  expect(back).toHaveLength(exif.length - 66_000);
  expect(makerNoteBytes(back)).toEqual(makerNoteBytes(exif));
});

test('EXIF that cannot be shortened is left out with a warning', async () => {
  const { file, warnings } = embedInto('jpeg', await encodedJpeg(), { exif: exifWith(0x9286, 70_000) });
  expect(warnings).toEqual([expect.stringContaining('was left out')]);
  expect(readMetadata('jpeg', file).metadata.exif).toBeUndefined();
});

test.each([65_000, 70_000, 300_000])('XMP of about %i bytes is kept', async (sizeBytes) => {
  const xmp = longXmp(sizeBytes);
  const encoded = await encodedJpeg();
  const { file, warnings } = embedInto('jpeg', encoded, { xmp });
  expect(warnings).toEqual([]);
  const back = new TextDecoder().decode(readMetadata('jpeg', file).metadata.xmp);
  const description =
    /<rdf:Description[^]*<\/rdf:Description>/.exec(new TextDecoder().decode(xmp))?.[0] ?? '?';
  expect(back).toContain(description);
  expect(back).not.toContain('HasExtendedXMP');
  expect(await storedPixels(file)).toEqual(await storedPixels(encoded));
});

test('if a segment of an extension is missing, the main packet is kept, with a warning', async () => {
  const { file } = embedInto('jpeg', await encodedJpeg(), { xmp: longXmp(300_000) });
  const signature = latin1Bytes('http://ns.adobe.com/xmp/extension/');
  const position = Buffer.from(file).indexOf(signature);
  file[position] = 0x58;
  const { metadata, warnings } = readMetadata('jpeg', file);
  expect(warnings).toEqual([expect.stringContaining('only its main part was kept')]);
  expect(metadata.xmp?.length).toBeLessThan(1000);
});

test('a profile of several segments is joined in the order of its numbers', async () => {
  const small = await realProfile();
  const icc = joinBytes([
    uintBytes(200_000, 4, 'big'),
    small.subarray(4),
    new Uint8Array(200_000 - small.length),
  ]);
  const { file, warnings } = embedInto('jpeg', await encodedJpeg(), { icc });
  expect(warnings).toEqual([]);
  expectSameBytes(readMetadata('jpeg', file).metadata.icc, icc);
  expectSameBytes((await sharp(file).metadata()).icc, icc);
});

test('segments are in the order that readers expect', async () => {
  const { file } = embedInto('jpeg', await encodedJpeg(), await richMetadata('little'));
  const header = readJpegHeader(bytesSource(file));
  const names = header?.segments.map(({ dataStart }) => latin1Text(file.subarray(dataStart, dataStart + 4)));
  expect(names?.slice(0, 5)).toEqual(['JFIF', 'Exif', 'http', 'ICC_', 'Phot']);
  expect(names?.filter((name) => /JFIF|Exif|http|ICC_|Phot/.test(name))).toHaveLength(5);
});

test('IPTC longer than a segment is split over several', async () => {
  const record = joinBytes([
    Uint8Array.of(0x1c, 2, 120),
    uintBytes(30_000, 2, 'big'),
    new Uint8Array(30_000).fill(97),
  ]);
  const iptc = joinBytes([record, record, record]);
  const { file } = embedInto('jpeg', await encodedJpeg(), { iptc });
  expectSameBytes(readMetadata('jpeg', file).metadata.iptc, iptc);
});

test('a CMYK JPEG gets no JFIF header, its resolution goes into EXIF', async () => {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: '#a52' } });
  const encoded = Uint8Array.from(await image.toColourspace('cmyk').jpeg().toBuffer());
  const { file } = embedInto('jpeg', encoded, { density: { x: 300, y: 300, unit: 'inch' } });
  expect(Buffer.from(file).includes('JFIF')).toBe(false);
  expect((await sharp(file).metadata()).density).toBe(300);
  expect(await storedPixels(file)).toEqual(await storedPixels(encoded));
});
