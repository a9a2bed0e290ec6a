import { hasText, readUint, type ByteOrder } from '../../../metadata/byteFields.ts';
import { LEFT_OUT } from '../leftOut.ts';
import type { TolerantHeader } from './tolerantSegments.ts';

const APP1 = 0xe1;
const APP2 = 0xe2;
const MPF_SIGNATURE = 'MPF\0';
const NUMBER_OF_IMAGES_TAG = 0xb001;
const END_OF_IMAGE = Buffer.from([0xff, 0xd9]);

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

/** Where the data behind the image begin. Entropy-coded data never contain this marker; a second view has its own. */
function trailerOf(bytes: Buffer, { scanStart }: TolerantHeader): Buffer {
  const end = bytes.indexOf(END_OF_IMAGE, scanStart);
  return end < 0 ? Buffer.alloc(0) : bytes.subarray(end + 2);
}

/**
 * Sentences on what a JPEG carries next to its image: a gain map, a film, a second view. None of it can be enlarged.
 */
export function jpegExtras(bytes: Buffer, header: TolerantHeader): string[] {
  const xmp = xmpText(bytes, header);
  const trailer = trailerOf(bytes, header);
  const hasGainMap =
    /hdrgm:Version|HDRGainMap|urn:iso:std:iso:ts:21496/.test(xmp) || hasIsoGainMap(bytes, header);
  const others = imagesInIndex(bytes, header) - 1 - (hasGainMap ? 1 : 0);
  const notes: string[] = [];
  if (hasGainMap) notes.push(LEFT_OUT.gainMap);
  if (isFilm(trailer)) notes.push(LEFT_OUT.film);
  if (/ns\.google\.com\/photos\/1\.0\/depthmap\//.test(xmp)) notes.push(LEFT_OUT.depth);
  if (others > 0) {
    const what =
      others === 1
        ? 'A second image (another view or a preview)'
        : `${others} more images (other views or previews)`;
    notes.push(`${what} inside of the file ${others === 1 ? 'was' : 'were'} left out.`);
  }
  return notes;
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
