import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { joinBytes, latin1Bytes } from '../../../core/metadata/byteFields.ts';
import { wrapIptc } from '../../../core/metadata/photoshopResources.ts';
import { pngChunk, PNG_SIGNATURE } from '../../../core/metadata/png/pngChunks.ts';
import { rawProfileChunkData } from '../../../core/metadata/png/rawProfile.ts';
import { readMetadata } from '../../../core/metadata/readMetadata.ts';
import { RICH_IPTC, RICH_XMP, richExif } from './richMetadata.ts';
import { embedInto, ENCODED_SAMPLES, encodeSample, storedPixels } from './sampleImages.ts';

function pngWith(...chunks: readonly Uint8Array[]): Uint8Array {
  return joinBytes([latin1Bytes(PNG_SIGNATURE), ...chunks, pngChunk('IEND', new Uint8Array())]);
}

const exif = richExif('little');
const EXIF_SEGMENT = joinBytes([latin1Bytes('Exif\0\0'), exif]);
const XMP_SEGMENT = joinBytes([latin1Bytes('http://ns.adobe.com/xap/1.0/\0'), RICH_XMP]);

test.each([
  { name: 'exif', data: EXIF_SEGMENT, metadata: { exif } },
  { name: 'APP1', data: EXIF_SEGMENT, metadata: { exif } },
  { name: 'APP1', data: XMP_SEGMENT, metadata: { xmp: RICH_XMP } },
  { name: 'xmp', data: RICH_XMP, metadata: { xmp: RICH_XMP } },
  { name: 'iptc', data: wrapIptc(RICH_IPTC), metadata: { iptc: RICH_IPTC } },
  { name: 'iptc', data: RICH_IPTC, metadata: { iptc: RICH_IPTC } },
])('a raw profile of type $name is read as metadata', ({ name, data, metadata }) => {
  const file = pngWith(pngChunk('zTXt', rawProfileChunkData(name, data)));
  expect(readMetadata('png', file)).toEqual({ metadata, warnings: [] });
});

test('a dedicated chunk takes precedence over a raw profile', () => {
  const other = richExif('big');
  const legacy = pngChunk('zTXt', rawProfileChunkData('exif', EXIF_SEGMENT));
  expect(readMetadata('png', pngWith(pngChunk('eXIf', other), legacy)).metadata.exif).toEqual(other);
  expect(readMetadata('png', pngWith(legacy, pngChunk('eXIf', other))).metadata.exif).toEqual(other);
});

test('a chunk with a wrong check value is left out with a warning', () => {
  const chunk = pngChunk('eXIf', exif);
  chunk[20] = 0x55;
  expect(readMetadata('png', pngWith(chunk))).toEqual({
    metadata: {},
    warnings: ['A PNG chunk of type eXIf is damaged and was left out.'],
  });
});

test('text chunks are copied from PNG to PNG unchanged, and reported as lost elsewhere', async () => {
  const texts = [
    joinBytes([latin1Bytes('tEXtAuthor\0Ada')]),
    joinBytes([latin1Bytes('zTXtComment\0\0'), deflateSync(latin1Bytes('long'))]),
    joinBytes([latin1Bytes('iTXtTitle\0\0\0de\0Titel\0Leuchtturm')]),
  ];
  const png = ENCODED_SAMPLES.find((sample) => sample.format === 'png');
  const encoded = png ? await encodeSample(png) : new Uint8Array();
  const { file, warnings } = embedInto('png', encoded, { pngText: texts });
  expect(warnings).toEqual([]);
  expect(readMetadata('png', file).metadata.pngText).toEqual(texts);
  expect(await storedPixels(file)).toEqual(await storedPixels(encoded));

  const [jpeg] = ENCODED_SAMPLES;
  const other = jpeg && embedInto(jpeg.format, await encodeSample(jpeg), { pngText: texts });
  expect(other?.warnings).toEqual(['JPEG files have no place for the texts of a PNG; they were left out.']);
});

test('300 pixels per inch survive the whole pixels per metre of pHYs', () => {
  const phys = Uint8Array.of(0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1);
  expect(readMetadata('png', pngWith(pngChunk('pHYs', phys))).metadata).toEqual({
    density: { x: 300, y: 300, unit: 'inch' },
  });
});
