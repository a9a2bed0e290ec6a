import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { joinBytes, latin1Bytes, uintBytes } from '../../../core/metadata/byteFields.ts';
import { assembleSegments, bytesSource, embedMetadata } from '../../../core/metadata/embedMetadata.ts';
import type { ImageMetadata } from '../../../core/metadata/imageMetadata.ts';
import { JPEG_MARKER, JPEG_SIGNATURE, jpegSegment } from '../../../core/metadata/jpeg/jpegSegments.ts';
import { prepareMetadata } from '../../../core/metadata/prepareMetadata.ts';
import { readMetadata } from '../../../core/metadata/readMetadata.ts';
import { withoutClaims } from '../../../core/metadata/xmp/withoutClaims.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const hasExiftool = spawnSync('exiftool', ['-ver']).status === 0;
const OPTIONS = { policy: 'all', width: 20, height: 16, keepIcc: true } as const;

async function encoded(format: 'jpeg' | 'png' | 'tiff' | 'webp' | 'gif'): Promise<Buffer> {
  const pixels = sharp(new Uint8Array(20 * 16 * 3), { raw: { width: 20, height: 16, channels: 3 } });
  return pixels.toFormat(format).toBuffer();
}

function resource(id: number, data: Uint8Array): Uint8Array {
  const padding = new Uint8Array(data.length % 2);
  return joinBytes([
    latin1Bytes('8BIM'),
    uintBytes(id, 2, 'big'),
    new Uint8Array(2),
    uintBytes(data.length, 4, 'big'),
    data,
    padding,
  ]);
}

const COMMENT = latin1Bytes('made for a test');
const COPYRIGHT_FLAG = resource(0x040a, Uint8Array.of(1));
const ADDRESS = resource(0x040b, latin1Bytes('https://example.org'));
const PATH = resource(0x07d0, new Uint8Array(26 * 3));
const THUMBNAIL = resource(0x040c, new Uint8Array(40));

/** A JPEG with a comment, pixels twice as high as wide, and Photoshop's resources, of which a thumbnail is stale. */
async function richJpeg(): Promise<Uint8Array> {
  const plain = await encoded('jpeg');
  const jfif = joinBytes([
    Uint8Array.of(1, 1, 0),
    uintBytes(2, 2, 'big'),
    uintBytes(1, 2, 'big'),
    new Uint8Array(2),
  ]);
  return joinBytes([
    plain.subarray(0, 2),
    jpegSegment(JPEG_MARKER.app0, JPEG_SIGNATURE.jfif, jfif),
    jpegSegment(
      JPEG_MARKER.app13,
      JPEG_SIGNATURE.photoshop,
      joinBytes([COPYRIGHT_FLAG, THUMBNAIL, ADDRESS, PATH]),
    ),
    jpegSegment(JPEG_MARKER.comment, '', COMMENT),
    plain.subarray(plain.readUInt16BE(4) + 4),
  ]);
}

const PARTS: ImageMetadata = {
  comments: [COMMENT],
  photoshop: joinBytes([COPYRIGHT_FLAG, ADDRESS, PATH]),
  aspect: { x: 2, y: 1 },
};

test('comments, paths, copyright and the shape of pixels are read from a JPEG', async () => {
  const { metadata, warnings } = readMetadata('jpeg', await richJpeg());
  expect({ metadata, warnings }).toEqual({ metadata: PARTS, warnings: [] });
});

describe.each([
  ['jpeg', []],
  ['png', []],
  ['tiff', ['TIFF files have no place for comments; they were left out.']],
] as const)('into %s', (format, missing) => {
  test('they are written, or their loss is reported', async () => {
    const source = bytesSource(await encoded(format));
    const { segments, warnings } = embedMetadata(format, source, PARTS);
    expect(warnings).toEqual(missing);
    const { metadata } = readMetadata(format, assembleSegments(source, segments));
    expect(metadata.photoshop).toEqual(PARTS.photoshop);
    if (format !== 'tiff') expect(metadata.aspect).toEqual(PARTS.aspect);
    if (format === 'jpeg') expect(metadata.comments).toEqual(PARTS.comments);
  });

  test.skipIf(!hasExiftool)('exiftool reads them', async () => {
    const source = bytesSource(await encoded(format));
    const file = path.join(temporaryFolder(), `made.${format}`);
    writeFileSync(file, assembleSegments(source, embedMetadata(format, source, PARTS).segments));
    const tags = execFileSync('exiftool', ['-G0', '-j', '-Comment', '-Photoshop:All', '-warning', file], {
      encoding: 'utf8',
    });
    expect(tags).toContain('https://example.org');
    if (format !== 'tiff') expect(tags).toContain('made for a test');
    expect(tags).not.toContain('Warning');
  });
});

test('a GIF keeps XMP and comments', async () => {
  const xmp = latin1Bytes('<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>');
  const source = bytesSource(await encoded('gif'));
  const written = assembleSegments(
    source,
    embedMetadata('gif', source, { xmp, comments: [COMMENT] }).segments,
  );
  expect(readMetadata('gif', written).metadata).toEqual({ xmp, comments: [COMMENT] });
  expect((await sharp(written).metadata()).width).toBe(20);
});

test.each([
  ['webp', 'WebP'],
  ['gif', 'GIF'],
] as const)('parts that a %s has no place for are reported', async (format, name) => {
  const { warnings } = embedMetadata(format, bytesSource(await encoded(format)), PARTS);
  expect(warnings).toContain(
    `${name} files have no place for clipping paths and copyright flags; they were left out.`,
  );
});

const CLAIMS = latin1Bytes(
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" ' +
    'xmlns:C="http://ns.google.com/photos/1.0/container/" xmlns:GCamera="http://ns.google.com/photos/1.0/camera/" ' +
    'hdrgm:Version="1.0" GCamera:MotionPhoto="1" GCamera:MotionPhotoVersion="1" xmp:Rating="5">' +
    '<C:Directory><rdf:Seq><rdf:li><C:Item Mime="image/jpeg"/></rdf:li></rdf:Seq></C:Directory>' +
    '<dc:title>Kept</dc:title></rdf:Description></x:xmpmeta>',
);

test('XMP no longer claims a gain map or a film, and keeps the rest', () => {
  const text = Buffer.from(prepareMetadata({ xmp: CLAIMS }, OPTIONS).metadata.xmp ?? []).toString();
  expect(text).not.toMatch(/hdrgm:Version|C:Directory|C:Item|MotionPhotoVersion/);
  expect(text).toContain('GCamera:MotionPhoto="0"');
  expect(text).toContain('xmp:Rating="5"><dc:title>Kept</dc:title>');
});

test('XMP no longer claims a depth map of the newer kind', () => {
  const depth = latin1Bytes(
    '<rdf:Description xmlns:DepthMap="http://ns.google.com/photos/dd/1.0/depthmap/" xmp:Rating="5">' +
      '<DepthMap:Near>1</DepthMap:Near></rdf:Description>',
  );
  const text = Buffer.from(withoutClaims(depth)).toString();
  expect(text).not.toContain('DepthMap:Near');
  expect(text).toContain('xmp:Rating="5"');
});

test('XMP without such claims is the same bytes', () => {
  const plain = latin1Bytes(
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description xmp:Rating="5"/></x:xmpmeta>',
  );
  expect(withoutClaims(plain)).toBe(plain);
});

test.skipIf(!hasExiftool)(
  "a HEIC's EXIF is kept in the result, but with an upright orientation",
  async () => {
    const heic = fileURLToPath(new URL('../../fixtures/heif/orientation-6.heic', import.meta.url));
    const read = readMetadata('heic', readFileSync(heic));
    const prepared = prepareMetadata(read.metadata, OPTIONS);
    const source = bytesSource(await encoded('jpeg'));
    const file = path.join(temporaryFolder(), 'made.jpg');
    writeFileSync(file, assembleSegments(source, embedMetadata('jpeg', source, prepared.metadata).segments));
    const tags = execFileSync('exiftool', ['-s', '-n', '-Make', '-Orientation', file], { encoding: 'utf8' });
    expect(tags).toMatch(/Make\s+: Maker/);
    expect(tags).toMatch(/Orientation\s+: 1/);
  },
);

test("a panorama's sizes in pixels are scaled with it", () => {
  const xmp = latin1Bytes(
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description GPano:FullPanoWidthPixels="4000" GPano:PoseHeadingDegrees="350">' +
      '<GPano:CroppedAreaTopPixels>10</GPano:CroppedAreaTopPixels></rdf:Description></x:xmpmeta>',
  );
  const { metadata } = prepareMetadata({ xmp }, { ...OPTIONS, from: { width: 10, height: 4 } });
  const text = Buffer.from(metadata.xmp ?? []).toString();
  expect(text).toContain('GPano:FullPanoWidthPixels="8000" GPano:PoseHeadingDegrees="350"');
  expect(text).toContain('<GPano:CroppedAreaTopPixels>40</GPano:CroppedAreaTopPixels>');
});
