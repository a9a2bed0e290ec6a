import { readFileSync } from 'node:fs';
import { deflateSync, inflateSync } from 'node:zlib';
import sharp, { type PngOptions } from 'sharp';
import { expect, test } from 'vitest';
import { readFrames } from '../../../../core/image/animation/readFrames.ts';
import { decodeImage, inspectImage } from '../../../../core/image/decode.ts';
import { BT709 } from '../../../../core/image/colour/colourSpace.ts';
import { makeProfile } from '../../../../core/image/colour/makeProfile.ts';
import { joinBytes, latin1Bytes } from '../../../../core/metadata/byteFields.ts';
import { bytesSource } from '../../../../core/metadata/byteSource.ts';
import { pngChunk, pngChunks } from '../../../../core/metadata/png/pngChunks.ts';
import { readMetadata } from '../../../../core/metadata/readMetadata.ts';
import { fixturePath, sceneRaster } from '../../../support/images.ts';

const KEEP = { colour: 'keep', maxPixels: 1e6 } as const;
const SCENE = sceneRaster(37, 23);
const SEQUENCE_BYTES = 4;

function scenePng(options: PngOptions): Promise<Buffer> {
  const { width, height, channels, data } = SCENE;
  return sharp(data, { raw: { width, height, channels } }).png(options).toBuffer();
}

/** The PNG with its compressed pixels, frame by frame, changed; check values of chunks are right. */
function withStreams(
  png: Buffer,
  change: (stream: Buffer) => Uint8Array,
  extra: readonly Uint8Array[] = [],
): Buffer {
  const parts: Uint8Array[] = [png.subarray(0, 8)];
  for (const { type, start, dataStart, dataEnd, end } of pngChunks(bytesSource(png))) {
    const data = png.subarray(dataStart, dataEnd);
    if (type === 'IDAT') parts.push(pngChunk(type, change(data)));
    else if (type === 'fdAT') {
      const frame = change(data.subarray(SEQUENCE_BYTES));
      parts.push(pngChunk(type, joinBytes([data.subarray(0, SEQUENCE_BYTES), frame])));
    } else parts.push(png.subarray(start, end));
    if (type === 'IHDR') parts.push(...extra);
  }
  return Buffer.concat(parts);
}

function wrongChecksum(stream: Buffer): Buffer {
  return Buffer.concat([stream.subarray(0, -4), Buffer.from([1, 2, 3, 4])]);
}

async function decoded(png: Buffer): Promise<{ data: number[]; warnings: readonly string[] }> {
  const raster = await decodeImage(await inspectImage(png, 'png', KEEP), KEEP);
  return { data: Array.from(raster.data), warnings: raster.warnings };
}

test.each<[string, PngOptions, (stream: Buffer) => Uint8Array]>([
  ['a wrong checksum', {}, wrongChecksum],
  ['a checksum that is cut off', {}, (stream) => stream.subarray(0, -3)],
  ['a wrong checksum and interlacing', { progressive: true }, wrongChecksum],
  ['a wrong checksum and a palette', { palette: true, colours: 4, dither: 0 }, wrongChecksum],
])('a PNG with %s is read, with a warning', async (_, options, change) => {
  const sound = await scenePng(options);
  const { data, warnings } = await decoded(withStreams(sound, change));
  expect(data).toEqual((await decoded(sound)).data);
  expect(warnings.join()).toMatch(/checksum/);
});

test.each<[string, (png: Buffer) => Buffer]>([
  ['a row too few', (png) => withStreams(png, (stream) => shortened(stream, SCENE.width * 3 + 1))],
  ['a byte too few', (png) => withStreams(png, (stream) => shortened(stream, 1))],
  [
    'a wrong check value of a chunk',
    (png) => {
      const wrong = withStreams(png, wrongChecksum);
      wrong[wrong.indexOf('IDAT') + 3 + wrong.readUInt32BE(wrong.indexOf('IDAT') - 4)]! ^= 64;
      return wrong;
    },
  ],
])('a PNG with a wrong checksum and %s is still damaged', async (_, damage) => {
  await expect(decoded(damage(await scenePng({})))).rejects.toMatchObject({ code: 'image/corrupt' });
});

function shortened(stream: Buffer, bytes: number): Buffer {
  return wrongChecksum(deflateSync(inflateSync(stream).subarray(0, -bytes)));
}

test('an animated PNG with wrong checksums has the same frames, and damage in one is still found', async () => {
  const options = { maxPixels: 1e6, ignoreIcc: true };
  const sound = readFileSync(fixturePath('../apng/animated.png'));
  const [before, after] = [
    await readFrames(sound, 'png', options),
    await readFrames(withStreams(sound, wrongChecksum), 'png', options),
  ];
  for (let index = 0; index < before.count; index++)
    expect(after.frame(index).data).toEqual(before.frame(index).data);
  expect(before.warnings).toEqual([]);
  expect(after.warnings.join()).toMatch(/checksum/);
  const flipped = withStreams(sound, wrongChecksum);
  flipped.writeUInt8(77, flipped.lastIndexOf('fdAT') + 8 + 4);
  await expect(readFrames(flipped, 'png', options)).rejects.toMatchObject({ code: 'image/corrupt' });
});

test('compressed texts and profiles with a wrong checksum are read', async () => {
  const icc = makeProfile({ primaries: BT709, curve: { kind: 'power', gamma: 1.8 } }, 'rgb');
  const xmp = latin1Bytes('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>');
  const compressed = (data: Uint8Array): Uint8Array => wrongChecksum(deflateSync(data));
  const png = withStreams(await scenePng({}), (stream) => stream, [
    pngChunk('iCCP', joinBytes([latin1Bytes('P3\0\0'), compressed(icc)])),
    pngChunk('iTXt', joinBytes([latin1Bytes('XML:com.adobe.xmp\0\x01\0\0\0'), compressed(xmp)])),
  ]);
  const { metadata, warnings } = readMetadata('png', png);
  expect(warnings).toEqual([]);
  expect(metadata.icc).toEqual(icc);
  expect(metadata.xmp).toEqual(xmp);
  const facts = await inspectImage(png, 'png', KEEP);
  expect(facts.icc && Uint8Array.from(facts.icc)).toEqual(icc);
});
