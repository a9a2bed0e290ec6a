import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Raster } from '../../../../core/api/image.ts';
import type { InputFormat } from '../../../../core/api/imageFormats.ts';
import { createFrameStack, encodeFrames } from '../../../../core/image/animation/encodeFrames.ts';
import { readFrames } from '../../../../core/image/animation/readFrames.ts';
import { decodeImage, inspectImage, type ImageFacts } from '../../../../core/image/decode.ts';
import { encodePixels } from '../../../../core/image/encode.ts';
import { rasterStore } from '../../../../core/image/rowStore.ts';
import { bytesSource } from '../../../../core/metadata/byteSource.ts';
import { readExifTree } from '../../../../core/metadata/exif/exifTree.ts';
import { readMetadata } from '../../../../core/metadata/readMetadata.ts';
import { sceneRaster } from '../../../support/images.ts';

/** Files of `tests/fixtures/formats/makeSets.py`; the suite in `tests/fault/formats` compares all of its sets. */
const FOLDER = fileURLToPath(new URL('../../../fixtures/formats/files', import.meta.url));
const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;

function fixture(name: string): Buffer {
  return readFileSync(path.join(FOLDER, name));
}

async function decode(bytes: Buffer, format: InputFormat): Promise<{ facts: ImageFacts; raster: Raster }> {
  const facts = await inspectImage(bytes, format, KEEP);
  return { facts, raster: await decodeImage(facts, KEEP) };
}

/** The make of the camera, from the metadata of an image. */
function makeOf({ metadataFrom }: ImageFacts): string | undefined {
  const { exif } = readMetadata(metadataFrom.format, metadataFrom.bytes).metadata;
  const tree = exif && readExifTree(bytesSource(exif), () => undefined);
  const make = tree?.ifd0.find(({ tag }) => tag === 0x010f);
  return make && Buffer.from(make.value).toString('latin1').replace(/\0+$/, '');
}

test('a JPEG XL whose metadata are compressed is read with them', async () => {
  const file = fixture('jpeg-orientation-6.jxl');
  const { raster, facts } = await decode(file, 'jxl');
  expect([raster.width, raster.height]).toEqual([96, 128]);
  expect(makeOf(facts)).toBe('Maker');
  const { xmp } = readMetadata('jxl', file).metadata;
  expect(Buffer.from(xmp!).toString()).toContain('coast');
});

test('a JPEG XL is encoded without unrequested metadata', async () => {
  const options = { format: 'jxl', quality: 100, lossless: false, background: '#ffffff' } as const;
  const encoded = await encodePixels(rasterStore(sceneRaster(8, 8)), options, '');
  if (encoded.kind !== 'memory') throw new Error(encoded.kind);
  expect(readMetadata('jxl', encoded.bytes).metadata).toEqual({});
});

test('a CR3 whose preview has no EXIF is turned by its own, which is kept', async () => {
  const { raster, facts } = await decode(fixture('turned.cr3'), 'raw');
  expect([raster.width, raster.height]).toEqual([64, 96]);
  expect(makeOf(facts)).toBe('Canon');
});

test('an ORF whose preview has no EXIF is turned by its own, which is kept', async () => {
  const { raster, facts } = await decode(fixture('big.orf'), 'raw');
  expect([raster.width, raster.height]).toEqual([64, 96]);
  expect(makeOf(facts)).toBe('OLYMPUS');
});

test('sensor data that are stored as JPEG are not the preview', async () => {
  const file = fixture('linear.dng');
  const { raster } = await decode(file, 'raw');
  // exiftool finds the preview at the end of the file, behind the sensor data.
  const start = file.lastIndexOf(Buffer.from([0xff, 0xd8, 0xff]));
  const preview = await sharp(file.subarray(start)).raw().toBuffer();
  expect(Buffer.compare(Buffer.from(raster.data), preview)).toBe(0);
  await expect(decode(fixture('linear-alone.dng'), 'raw')).rejects.toMatchObject({
    code: 'image/unsupported-format',
  });
});

test('frames of a GIF with separate palettes keep their colours', async () => {
  const frames = await readFrames(fixture('photos.gif'), 'gif', { maxPixels: 1e6, ignoreIcc: true });
  const stack = createFrameStack(frames, frames.count);
  for (let index = 0; index < frames.count; index++)
    stack.data.set(frames.frame(index).data, index * frames.width * frames.height * 4);
  const { delaysMs, loop } = frames;
  const encoded = await encodeFrames(stack, { format: 'gif', delaysMs, loop, lossless: false });
  if (encoded.kind !== 'memory') throw new Error(encoded.kind);
  const back = await readFrames(encoded.bytes, 'gif', { maxPixels: 1e6, ignoreIcc: true });
  const difference = (index: number): number => {
    const before = Array.from(frames.frame(index).data);
    const after = back.frame(index).data;
    return before.reduce((sum, value, at) => sum + Math.abs(value - after[at]!), 0) / before.length;
  };
  for (let index = 0; index < frames.count; index++) expect(difference(index)).toBeLessThan(1);
});
