import { joinBytes, uintBytes } from '../byteFields.ts';
import { bytesSource, copyRange, ownBytes } from '../byteSource.ts';
import type { ByteSource, Segment } from '../byteSource.ts';
import { densityFields, densityOfExif } from '../exif/exifDensity.ts';
import { DESCRIPTIVE_TAGS, TAG } from '../exif/exifTags.ts';
import { readExifTree, treeInOrder } from '../exif/exifTree.ts';
import type { ExifField, ExifTree } from '../exif/exifTree.ts';
import { FIELD_TYPE, readIfd, readTiffHeader } from '../exif/readIfd.ts';
import type { Ifd, TiffHeader } from '../exif/readIfd.ts';
import { writeExifTree } from '../exif/writeExifTree.ts';
import { keepField } from '../exif/writeIfd.ts';
import type { IfdField } from '../exif/writeIfd.ts';
import type { ImageMetadata, Warn } from '../imageMetadata.ts';

const MAX_CLASSIC_BYTES = 2 ** 32 - 1;
const DIRECTORY_ALIGNMENT_BYTES = 8;

/**
 * Splices metadata into a TIFF file, classic or BigTIFF: a new first directory goes behind everything else, points
 * at the old one's values where they are, and the header points at it. Nothing in the file moves.
 *
 * @returns undefined when the file is not a sound TIFF or would outgrow the 4 GB of a classic one.
 */
export function embedTiff(encoded: ByteSource, metadata: ImageMetadata, warn: Warn): Segment[] | undefined {
  const header = readTiffHeader(encoded);
  const oldIfd = header && readIfd(encoded, header, header.firstIfdOffset);
  if (header === undefined || oldIfd === undefined || oldIfd.damagedTags.length > 0) {
    return undefined;
  }
  const offset = Math.ceil(encoded.sizeBytes / DIRECTORY_ALIGNMENT_BYTES) * DIRECTORY_ALIGNMENT_BYTES;
  const { order, isBig } = header;
  const tree = newTree(metadata, header, warn);
  const blobs = blobFields(metadata);
  const kept = keptFields(encoded, oldIfd, { ...tree, ifd0: [...tree.ifd0, ...blobs] });
  const place = { order, isBig, offset, nextIfdOffset: oldIfd.nextIfdOffset };
  const { bytes: directory, isMakerNoteSound } = writeExifTree(tree, place, [...kept, ...blobs]);
  if (!isBig && offset + directory.length > MAX_CLASSIC_BYTES) {
    return undefined;
  }
  if (!isMakerNoteSound) {
    warn('The maker note had to be moved to fit into a TIFF file; programs may not understand parts of it.');
  }
  const pointer = isBig ? { start: 8, end: 16 } : { start: 4, end: 8 };
  return [
    copyRange(0, pointer.start),
    ownBytes(uintBytes(offset, pointer.end - pointer.start, order)),
    copyRange(pointer.end, encoded.sizeBytes),
    ownBytes(joinBytes([new Uint8Array(offset - encoded.sizeBytes), directory])),
  ];
}

/** The fields of a page's directory that contain its metadata, except those of directories below it. */
export function pageFields(metadata: ImageMetadata, header: TiffHeader): ExifField[] {
  const tree = treeInOrder(
    newTree(metadata, header, () => undefined),
    header.order,
  );
  return [...tree.ifd0, ...blobFields(metadata)];
}

function newTree(metadata: ImageMetadata, header: TiffHeader, warn: Warn): ExifTree {
  const { order } = header;
  const source = bytesSource(metadata.exif ?? new Uint8Array());
  const read = readExifTree(source, warn, (tag) => DESCRIPTIVE_TAGS.has(tag) && tag !== TAG.orientation);
  const tree = read ?? { order, ifd0: [], exif: [], gps: [], interop: [] };
  const density = densityOfExif(metadata.exif) === undefined ? metadata.density : undefined;
  const { aspect } = metadata;
  const known = density ?? (aspect && { ...aspect, unit: 'none' as const });
  const densityTags = known === undefined ? [] : densityFields(known, tree.order);
  const ifd0 = tree.ifd0.filter((field) => !densityTags.some((one) => one.tag === field.tag));
  return { ...tree, ifd0: [...ifd0, ...densityTags] };
}

function blobFields({ xmp, iptc, icc, photoshop }: ImageMetadata): ExifField[] {
  const fields: ExifField[] = [];
  if (xmp !== undefined) {
    fields.push({ tag: TAG.xmp, type: FIELD_TYPE.byte, count: xmp.length, value: xmp });
  }
  if (icc !== undefined) {
    fields.push({ tag: TAG.icc, type: FIELD_TYPE.undefined, count: icc.length, value: icc });
  }
  if (photoshop !== undefined) {
    fields.push({ tag: TAG.photoshop, type: FIELD_TYPE.byte, count: photoshop.length, value: photoshop });
  }
  if (iptc !== undefined) {
    // Strictly these are bytes, but libtiff and others read only 32-bit numbers here, as Photoshop writes them.
    const value = joinBytes([iptc, new Uint8Array((4 - (iptc.length % 4)) % 4)]);
    fields.push({ tag: TAG.iptc, type: FIELD_TYPE.long, count: value.length / 4, value });
  }
  return fields;
}

/** The encoded file's fields, except for those that the metadata replaces. */
function keptFields(encoded: ByteSource, oldIfd: Ifd, tree: ExifTree): IfdField[] {
  const replaced = new Set(tree.ifd0.map((field) => field.tag));
  if (tree.exif.length + tree.interop.length > 0) replaced.add(TAG.exifIfd);
  if (tree.gps.length > 0) replaced.add(TAG.gpsIfd);
  return oldIfd.entries.filter((entry) => !replaced.has(entry.tag)).map((entry) => keepField(encoded, entry));
}
