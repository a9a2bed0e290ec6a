import { latin1Text } from '../byteFields.ts';
import { bytesSource, type ByteSource } from '../byteSource.ts';
import { TAG } from '../exif/exifTags.ts';
import { readExifTree, treeInOrder, type ExifField, type ExifTree } from '../exif/exifTree.ts';
import { FIELD_TYPE } from '../exif/readIfd.ts';
import { buildExif } from '../exif/writeExifTree.ts';
import { readBoxes, type Box } from '../heif/boxes.ts';
import type { MetadataDraft, Warn } from '../imageMetadata.ts';
import { readTiff } from '../tiff/readTiff.ts';

/** The first four bytes of Olympus's and Panasonic's files, which are TIFFs except for the third and fourth. */
const TIFF_LIKE_HEADS = ['IIRO', 'IIRS', 'MMOR', 'IIU\0'];

/** A file that would be a TIFF except for its third and fourth byte (Olympus, Panasonic), as a TIFF. */
export function asTiff(source: ByteSource): ByteSource {
  const head = latin1Text(source.read(0, 4));
  if (!TIFF_LIKE_HEADS.includes(head)) return source;
  const magic = head.startsWith('II') ? [0x2a, 0] : [0, 0x2a];
  return {
    sizeBytes: source.sizeBytes,
    read: (start, end) => {
      const bytes = new Uint8Array(source.read(start, end));
      for (const at of [2, 3])
        if (at >= start && at < start + bytes.length) bytes[at - start] = magic[at - 2] ?? 0;
      return bytes;
    },
  };
}

/** Whether a file has the magic number of Olympus's or Panasonic's raw files. */
export function isTiffLike(source: ByteSource): boolean {
  return TIFF_LIKE_HEADS.includes(latin1Text(source.read(0, 4)));
}

/** The box in which a CR3 file keeps its metadata, behind its 16 bytes of identity. */
const CANON_UUID = '85c0b687820f11e08111f4ce462b6a48';
const UUID_BYTES = 16;

/** Canon's boxes, each a TIFF: the first directory, the Exif directory, the maker note and the GPS directory. */
function canonTiffs(bytes: Uint8Array): Map<string, Uint8Array> {
  const source = bytesSource(bytes);
  const isCanons = ({ type, dataStart }: Box): boolean =>
    type === 'uuid' &&
    Buffer.from(bytes.subarray(dataStart, dataStart + UUID_BYTES)).toString('hex') === CANON_UUID;
  const parts = readBoxes(source, 0, bytes.length)
    .filter(({ type }) => type === 'moov')
    .flatMap(({ dataStart, end }) => readBoxes(source, dataStart, end))
    .filter(isCanons)
    .flatMap(({ dataStart, end }) => readBoxes(source, dataStart + UUID_BYTES, end));
  return new Map(parts.map(({ type, dataStart, end }) => [type, bytes.subarray(dataStart, end)]));
}

/** After the header of the TIFF in its box; its offsets count from there. */
const NOTE_OFFSET = 8;

/** The EXIF that a CR3 file has in pieces. */
function readCanonBoxes(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const tiffs = canonTiffs(bytes);
  const treeOf = (type: string): ExifTree | undefined => {
    const tiff = tiffs.get(type);
    return tiff && readExifTree(bytesSource(tiff), warn);
  };
  const main = treeOf('CMT1');
  if (main === undefined) return {};
  const fieldsOf = (type: string): readonly ExifField[] => {
    const tree = treeOf(type);
    return tree === undefined ? [] : treeInOrder(tree, main.order).ifd0;
  };
  const note = tiffs.get('CMT3')?.subarray(NOTE_OFFSET) ?? new Uint8Array();
  const noteField = { tag: TAG.makerNote, type: FIELD_TYPE.undefined, count: note.length, value: note };
  const exif = fieldsOf('CMT2').filter(({ tag }) => tag !== TAG.makerNote);
  const written = buildExif({
    order: main.order,
    ifd0: main.ifd0,
    exif: note.length > 0 ? [...exif, noteField].sort((a, b) => a.tag - b.tag) : exif,
    gps: fieldsOf('CMT4'),
    interop: [],
    makerNoteOffset: NOTE_OFFSET,
  });
  return { exif: written.bytes };
}

/** Reads the metadata of a camera's raw file itself, not of a preview in it. */
export function readRaw(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const source = bytesSource(bytes);
  if (latin1Text(bytes.subarray(4, 12)) === 'ftypcrx ') return readCanonBoxes(bytes, warn);
  if (latin1Text(bytes.subarray(0, 4)) === 'FUJI') return {};
  return readTiff(isTiffLike(source) ? asTiff(source).read(0, bytes.length) : bytes, warn);
}
