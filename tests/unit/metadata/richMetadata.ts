import sharp from 'sharp';
import { joinBytes, latin1Bytes, uintBytes } from '../../../core/metadata/byteFields.ts';
import type { ByteOrder } from '../../../core/metadata/byteFields.ts';
import { bytesSource } from '../../../core/metadata/byteSource.ts';
import type { ExifField, ExifTree } from '../../../core/metadata/exif/exifTree.ts';
import { findEntry, readIfd, readSubIfd } from '../../../core/metadata/exif/readIfd.ts';
import { writeExifTree } from '../../../core/metadata/exif/writeExifTree.ts';
import { writeIfd } from '../../../core/metadata/exif/writeIfd.ts';
import type { ImageMetadata } from '../../../core/metadata/imageMetadata.ts';

const EXIF_IFD = 0x8769;
const MAKER_NOTE = 0x927c;
const ORIGINAL = { width: 37, height: 29 };

/** A stand-in for a thumbnail, which only has to be bytes at the end. */
const THUMBNAIL = joinBytes([
  Uint8Array.of(0xff, 0xd8),
  latin1Bytes('THUMBNAIL'.repeat(20)),
  Uint8Array.of(0xff, 0xd9),
]);

function fieldMaker(order: ByteOrder) {
  return {
    ascii: (tag: number, text: string): ExifField => {
      const value = latin1Bytes(`${text}\0`);
      return { tag, type: 2, count: value.length, value };
    },
    short: (tag: number, value: number): ExifField => ({
      tag,
      type: 3,
      count: 1,
      value: uintBytes(value, 2, order),
    }),
    long: (tag: number, value: number): ExifField => ({
      tag,
      type: 4,
      count: 1,
      value: uintBytes(value, 4, order),
    }),
    rational: (tag: number, ...numbers: readonly number[]): ExifField => ({
      tag,
      type: 5,
      count: numbers.length / 2,
      value: joinBytes(numbers.map((number) => uintBytes(number, 4, order))),
    }),
    opaque: (tag: number, value: Uint8Array): ExifField => ({ tag, type: 7, count: value.length, value }),
  };
}

/** The tags of an upright image from a camera turned on its side. */
function richTree(order: ByteOrder): ExifTree {
  const { ascii, short, long, rational, opaque } = fieldMaker(order);
  return {
    order,
    ifd0: [
      ascii(0x010e, 'A lighthouse'),
      ascii(0x010f, 'Canon'),
      ascii(0x0110, 'Canon EOS 5D Mark II'),
      short(0x0112, 6),
      rational(0x011a, 300, 1),
      rational(0x011b, 300, 1),
      short(0x0128, 2),
      ascii(0x0131, 'Firmware 1.0'),
      ascii(0x0132, '2026:07:01 12:34:56'),
      ascii(0x013b, 'Ada Example'),
      ascii(0x8298, '(c) Ada Example'),
    ],
    exif: [
      rational(0x829a, 1, 250),
      rational(0x829d, 28, 10),
      short(0x8827, 400),
      opaque(0x9000, latin1Bytes('0232')),
      ascii(0x9003, '2026:07:01 12:34:56'),
      opaque(MAKER_NOTE, new Uint8Array(MAKER_NOTE_BYTES)),
      opaque(0x9286, latin1Bytes('ASCII\0\0\0a private remark')),
      short(0xa001, 0xffff),
      short(0xa002, ORIGINAL.width),
      long(0xa003, ORIGINAL.height),
      ascii(0xa420, '0123456789ABCDEF0123456789ABCDEF'),
      ascii(0xa430, 'Ada Owner'),
      ascii(0xa431, 'BODY-4711'),
      ascii(0xa434, 'EF24-105mm f/4L IS USM'),
      ascii(0xa435, 'LENS-0815'),
    ],
    gps: [
      ascii(0x0001, 'N'),
      rational(0x0002, 48, 1, 12, 1, 30, 1),
      ascii(0x0003, 'E'),
      rational(0x0004, 16, 1, 22, 1, 15, 1),
    ],
    interop: [ascii(0x0001, 'R03'), opaque(0x0002, latin1Bytes('0100'))],
  };
}

/**
 * EXIF as a Canon camera writes it: a maker note whose offsets count from the TIFF header, GPS, an interoperability
 * directory, and a thumbnail at the end.
 */
export function richExif(order: ByteOrder, thumbnail = THUMBNAIL): Uint8Array {
  const { short, long } = fieldMaker(order);
  const tree = richTree(order);
  const place = { order, isBig: false, offset: 8, nextIfdOffset: 0 };
  const ifd1Offset = 8 + writeExifTree(tree, place).bytes.length;
  const directories = writeExifTree(tree, { ...place, nextIfdOffset: ifd1Offset }).bytes;
  const ifd1 = (thumbnailOffset: number): Uint8Array =>
    writeIfd([short(0x0103, 6), long(0x0201, thumbnailOffset), long(0x0202, thumbnail.length)], {
      ...place,
      offset: ifd1Offset,
    });
  const head = [latin1Bytes(order === 'little' ? 'II*\0' : 'MM\0*'), uintBytes(8, 4, order)];
  const exif = joinBytes([...head, directories, ifd1(ifd1Offset + ifd1(0).length), thumbnail]);
  const noteOffset = makerNoteOffset(exif);
  exif.set(canonMakerNote(noteOffset, order), noteOffset);
  return exif;
}

const MAKER_NOTE_BYTES = 2 + 3 * 12 + 4 + 22 + 22;

/** A directory without header whose values are found by offsets from the TIFF header. */
function canonMakerNote(noteOffset: number, order: ByteOrder): Uint8Array {
  const { ascii, long } = fieldMaker(order);
  const fields = [
    ascii(0x0006, 'Canon EOS 5D Mk II #1'),
    ascii(0x0007, 'Firmware Version 1.07'),
    long(0x000c, 4711),
  ];
  return writeIfd(fields, { order, isBig: false, offset: noteOffset, nextIfdOffset: 0 });
}

/** Where the maker note starts in an EXIF structure. */
export function makerNoteOffset(exif: Uint8Array): number {
  const source = bytesSource(exif);
  const layout = { order: exif[0] === 0x49 ? 'little' : 'big', isBig: false } as const;
  const ifd0 = readIfd(
    source,
    layout,
    new DataView(exif.buffer, exif.byteOffset).getUint32(4, exif[0] === 0x49),
  );
  const exifIfd = ifd0 && readSubIfd(source, layout, { ifd: ifd0, tag: EXIF_IFD });
  return (exifIfd && findEntry(exifIfd, MAKER_NOTE)?.valueOffset) ?? 0;
}

/** The maker note's bytes in an EXIF structure. */
export function makerNoteBytes(exif: Uint8Array): Uint8Array {
  const offset = makerNoteOffset(exif);
  return exif.slice(offset, offset + MAKER_NOTE_BYTES);
}

/** A packet with the properties that an enlargement changes, as attributes and as elements. */
export const RICH_XMP = new TextEncoder().encode(
  `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
    xmlns:dc="http://purl.org/dc/elements/1.1/" tiff:Orientation="6" exif:PixelXDimension='37'>
   <exif:PixelYDimension>29</exif:PixelYDimension>
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Leuchtturm über der Bucht</rdf:li></rdf:Alt></dc:title>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`,
);

/** Two IPTC-IIM records: an object name and a keyword; of odd length on purpose. */
export const RICH_IPTC = joinBytes(
  [
    { dataSet: 5, text: 'Lighthouse' },
    { dataSet: 25, text: 'coast' },
  ].flatMap(({ dataSet, text }) => [Uint8Array.of(0x1c, 2, dataSet, 0, text.length), latin1Bytes(text)]),
);

/** A real profile, as sharp puts it into a file. */
export async function realProfile(): Promise<Uint8Array> {
  const { icc } = await sharp(await FILE_WITH_PROFILE).metadata();
  return Uint8Array.from(icc ?? []);
}

const FILE_WITH_PROFILE = sharp({ create: { width: 2, height: 2, channels: 3, background: '#123456' } })
  .withIccProfile('p3')
  .png()
  .toBuffer();

/** An image's metadata with every part that most formats can store. */
export async function richMetadata(order: ByteOrder): Promise<ImageMetadata> {
  return { exif: richExif(order), xmp: RICH_XMP, iptc: RICH_IPTC, icc: await realProfile() };
}

/** A GIF's application extension that contains a packet, before the GIF's first image. */
export function gifWithXmp(gif: Uint8Array, xmp: Uint8Array): Uint8Array {
  const tableBytes = (gif[10] ?? 0) & 0x80 ? 3 * 2 ** (((gif[10] ?? 0) & 7) + 1) : 0;
  const trailer = Uint8Array.from({ length: 258 }, (_, index) =>
    index === 0 ? 1 : Math.max(0, 256 - index),
  );
  const extension = [Uint8Array.of(0x21, 0xff, 11), latin1Bytes('XMP DataXMP'), xmp, trailer];
  return joinBytes([gif.subarray(0, 13 + tableBytes), ...extension, gif.subarray(13 + tableBytes)]);
}
