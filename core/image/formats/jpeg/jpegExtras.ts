import { hasText, readUint, type ByteOrder } from '../../../metadata/byteFields.ts';
import { LEFT_OUT, type LeftOutPart } from '../leftOut.ts';
import { isSamsungTrailer, samsungParts } from '../samsungParts.ts';
import type { TolerantHeader } from './tolerantSegments.ts';

const APP1 = 0xe1;
const APP2 = 0xe2;
const MPF_SIGNATURE = 'MPF\0';
const NUMBER_OF_IMAGES_TAG = 0xb001;
/** Less data than this after the image is a marker of some program, not content that people would miss. */
const MIN_UNKNOWN_BYTES = 4096;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);
const START_OF_IMAGE = Buffer.from([0xff, 0xd8, 0xff]);
const FIRST_SEGMENT_MARKER = 0xc0;

/** How many images the index of a multi-image file lists (CIPA DC-007, 5.2.3); 0 when there is no index. */
function imagesInIndex(bytes: Buffer, { segments }: TolerantHeader): number {
  const segment = segments.find(
    ({ marker, start }) => marker === APP2 && hasText(bytes, MPF_SIGNATURE, start + 4),
  );
  if (segment === undefined) return 0;
  const index = bytes.subarray(segment.start + 8, segment.end);
  const order: ByteOrder = index[0] === 0x49 ? 'little' : 'big';
  const read = (offset: number, sizeBytes: number): number => readUint(index, { offset, sizeBytes, order });
  const directory = read(4, 4);
  for (let entry = 0; entry < Math.min(32, read(directory, 2)); entry++) {
    const at = directory + 2 + entry * 12;
    if (read(at, 2) === NUMBER_OF_IMAGES_TAG) return read(at + 8, 4);
  }
  return 0;
}

function xmpText(bytes: Buffer, { segments }: TolerantHeader): string {
  return segments
    .filter(({ marker, start }) => marker === APP1 && hasText(bytes, 'http://ns.adobe.com/x', start + 4))
    .map(({ start, end }) => bytes.toString('latin1', start + 4, end))
    .join('');
}

/** Where the data after the image begin. Entropy-coded data never contain this marker; a second view has its own. */
function trailerOf(bytes: Buffer, { scanStart }: TolerantHeader): Buffer {
  const end = bytes.indexOf(END_OF_IMAGE, scanStart);
  return end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 2);
}

/** Google's containers and depth maps, and the image for the other eye, as the XMP describes them. */
const DEPTH_SIGN = /ns\.google\.com\/photos\/(?:dd\/)?1\.0\/depthmap\/|:Semantic\s*(?:=\s*["']|>)\s*Depth\b/;
const VIEW_SIGN = /ns\.google\.com\/photos\/1\.0\/image\//;
const GAIN_MAP_SIGN = /hdrgm:Version|HDRGainMap|urn:iso:std:iso:ts:21496/;

/** What Apple's programs write into the XMP of each further image of a multi-image file. */
const AUXILIARY_IMAGE = /AuxiliaryImageType\s*(?:=\s*["']|>)([^<>"']{1,100})/g;

function auxiliaryPart(type: string): LeftOutPart {
  if (/gainmap/i.test(type)) return 'gainMap';
  return /depth|disparity/i.test(type) ? 'depth' : 'helper';
}

/** The kinds of the further images in an index that describe themselves. */
function auxiliaryImages(trailer: Buffer): LeftOutPart[] {
  return Array.from(trailer.toString('latin1').matchAll(AUXILIARY_IMAGE), ([, type = '']) =>
    auxiliaryPart(type),
  );
}

function otherImages(count: number): string[] {
  if (count <= 0) return [];
  const one = 'A second image (another view or a preview) inside of the file was left out.';
  return [
    count === 1 ? one : `${count} more images (other views or previews) inside of the file were left out.`,
  ];
}

/** Whether there is more behind the image than a marker of some program and padding. */
function isLong(trailer: Buffer): boolean {
  const isPadding = (byte: number): boolean => byte === 0 || byte === 0xff || byte === 0x20;
  let used = 0;
  for (const byte of trailer) {
    if (!isPadding(byte) && ++used >= MIN_UNKNOWN_BYTES) return true;
  }
  return false;
}

/**
 * Sentences on what a JPEG contains apart from its image: a gain map, a depth map, a film, a sound, a second view. None of it can
 * be enlarged.
 */
export function jpegExtras(bytes: Buffer, header: TolerantHeader): string[] {
  const xmp = xmpText(bytes, header);
  const trailer = trailerOf(bytes, header);
  const indexed = Math.max(imagesInIndex(bytes, header) - 1, isImage(trailer) ? 1 : 0);
  const auxiliary = indexed > 0 ? auxiliaryImages(trailer) : [];
  const hasGainMap = GAIN_MAP_SIGN.test(xmp) || hasIsoGainMap(bytes, header);
  const hasDepth = DEPTH_SIGN.test(xmp);
  const parts: LeftOutPart[] = [
    ...(hasGainMap ? ['gainMap' as const] : []),
    ...(isFilm(trailer) ? ['film' as const] : []),
    ...(hasDepth ? ['depth' as const] : []),
    ...(isSound(trailer) ? ['sound' as const] : []),
    ...(VIEW_SIGN.test(xmp) ? ['view' as const] : []),
    ...auxiliary,
    ...samsungParts(trailer),
  ];
  const inIndex = parts.filter((part) => part === 'gainMap' || part === 'depth' || part === 'helper');
  const others = otherImages(indexed - Math.max(auxiliary.length, new Set(inIndex).size));
  const notes = [...[...new Set(parts)].map((part) => LEFT_OUT[part]), ...others];
  const isUnknown = notes.length === 0 && !isSamsungTrailer(trailer) && isLong(trailer);
  return isUnknown ? [LEFT_OUT.unknown] : notes;
}

function hasIsoGainMap(bytes: Buffer, { segments }: TolerantHeader): boolean {
  return segments.some(
    ({ marker, start }) => marker === APP2 && hasText(bytes, 'urn:iso:std:iso:ts:21496', start + 4),
  );
}

/** An MP4 begins with the size of its first box and "ftyp". */
function isFilm(trailer: Buffer): boolean {
  const place = trailer.indexOf('ftyp');
  return place >= 4 && trailer.readUInt32BE(place - 4) <= 128;
}

/** A complete JPEG that was appended without an index. Films may contain a cover of that kind. */
function isImage(trailer: Buffer): boolean {
  const start = trailer.indexOf(START_OF_IMAGE);
  const isSegment = start >= 0 && (trailer[start + START_OF_IMAGE.length] ?? 0) >= FIRST_SEGMENT_MARKER;
  if (!isSegment || trailer.indexOf(END_OF_IMAGE, start) < 0) return false;
  return !isFilm(trailer) && !isSamsungTrailer(trailer);
}

/** A WAVE file begins with "RIFF", its size and "WAVE". */
function isSound(trailer: Buffer): boolean {
  const place = trailer.indexOf('WAVEfmt ');
  return place >= 8 && hasText(trailer, 'RIFF', place - 8);
}
