import { expect, test } from 'vitest';
import { jpegExtras } from '../../../../core/image/formats/jpeg/jpegExtras.ts';
import { readTolerantHeader } from '../../../../core/image/formats/jpeg/tolerantSegments.ts';
import { joinBytes, latin1Bytes, uintBytes } from '../../../../core/metadata/byteFields.ts';
import { JPEG_SIGNATURE, jpegSegment } from '../../../../core/metadata/jpeg/jpegSegments.ts';
import { samsungTrailer } from '../../../support/samsungTrailer.ts';

const START = Uint8Array.of(0xff, 0xd8);
const END = Uint8Array.of(0xff, 0xd9);
const SCAN = Uint8Array.of(0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 1, 2, 3);
const DEPTH_NAMESPACE = 'http://ns.google.com/photos/1.0/depthmap/';
const CONTAINER = 'http://ns.google.com/photos/1.0/container/';
const ITEM = 'http://ns.google.com/photos/1.0/container/item/';

function xmp(attributes: string): Uint8Array {
  const packet = `<x:xmpmeta><rdf:Description ${attributes}/></x:xmpmeta>`;
  return jpegSegment(0xe1, JPEG_SIGNATURE.xmp, latin1Bytes(packet));
}

/** The index of a multi-image file, which counts the images. */
function index(images: number): Uint8Array {
  const entry = [uintBytes(0xb001, 2, 'big'), uintBytes(4, 2, 'big'), uintBytes(1, 4, 'big')];
  const head = [latin1Bytes('MM\0*'), uintBytes(8, 4, 'big'), uintBytes(1, 2, 'big')];
  return jpegSegment(0xe2, 'MPF\0', joinBytes([...head, ...entry, uintBytes(images, 4, 'big')]));
}

/** A JPEG without pixels worth decoding. */
function jpeg(segments: readonly Uint8Array[], ...behind: readonly Uint8Array[]): Buffer {
  return Buffer.from(joinBytes([START, ...segments, SCAN, END, ...behind]));
}

function notes(segments: readonly Uint8Array[], ...behind: readonly Uint8Array[]): string[] {
  const bytes = jpeg(segments, ...behind);
  return jpegExtras(bytes, readTolerantHeader(bytes) ?? { segments: [], scanStart: 2, strayBytes: 0 });
}

function auxiliary(kind: string): Buffer {
  return jpeg([xmp(`apdi:AuxiliaryImageType="${kind}"`)]);
}

const DYNAMIC_DEPTH = 'xmlns:DepthMap="http://ns.google.com/photos/dd/1.0/depthmap/"';
const WITH_DEPTH_ITEM = `xmlns:Container="${CONTAINER}" xmlns:Item="${ITEM}" Item:Mime="image/jpeg" Item:Semantic="Depth"`;
const OTHER_EYE = 'xmlns:GImage="http://ns.google.com/photos/1.0/image/"';

test.each([
  ['a depth map in the XMP', [xmp(`xmlns:GDepth="${DEPTH_NAMESPACE}"`)], [], [/depth map/]],
  ['a depth map of the newer kind', [xmp(DYNAMIC_DEPTH)], [], [/depth map/]],
  ['a depth map that the container lists', [xmp(WITH_DEPTH_ITEM)], [jpeg([])], [/depth map/]],
  ["a depth map in Samsung's trailer", [], [samsungTrailer('DualShot_DepthMap_1')], [/depth map/]],
  ["a sound in Samsung's trailer", [], [samsungTrailer('SoundShot_000')], [/sound/]],
  ["a time in Samsung's trailer", [], [samsungTrailer('Image_UTC_Data')], []],
  ['a sound behind the image', [], [latin1Bytes('RIFF\x24\0\0\0WAVEfmt ')], [/sound/]],
  ['the view of the other eye', [xmp(OTHER_EYE)], [], [/other eye/]],
  ['an image without an index', [], [jpeg([xmp('')])], [/^A second image/]],
  [
    'an image without an index, behind a mark',
    [],
    [latin1Bytes('mark'), jpeg([xmp('')])],
    [/^A second image/],
  ],
  ['the start of an image alone', [], [Uint8Array.of(0xff, 0xd8, 0xff, 0xe1, 0, 2)], []],
  ["a film's cover", [], [latin1Bytes('\0\0\0\x18ftypmp42'), jpeg([xmp('')])], [/film/]],
  ['two more images', [index(3)], [jpeg([]), jpeg([])], [/^2 more images/]],
  ['a depth map among the images', [index(2)], [auxiliary('disparity')], [/depth map/]],
  ["a gain map among Apple's images", [index(2)], [auxiliary('urn:com:apple:hdrgainmap')], [/gain map/]],
  [
    'a depth map and a matte among three images',
    [index(3)],
    [auxiliary('depth'), auxiliary('portrait_effects_matte')],
    [/depth map/, /helper image/],
  ],
  ['many bytes of an unknown kind', [], [new Uint8Array(5000).fill(65)], [/unknown kind/]],
  ['a few bytes behind the image', [], [latin1Bytes('made by a program')], []],
  ['padding behind the image', [], [new Uint8Array(9000)], []],
] as const)('%s is noted as that, and once', (_, segments, behind, expected) => {
  expect(notes(segments, ...behind)).toEqual(expected.map((sign) => expect.stringMatching(sign) as string));
});
