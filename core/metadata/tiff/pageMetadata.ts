import { joinBytes, latin1Bytes, uintBytes } from '../byteFields.ts';
import type { ByteSource } from '../byteSource.ts';
import { DESCRIPTIVE_TAGS, TAG } from '../exif/exifTags.ts';
import { readExifTree } from '../exif/exifTree.ts';
import { writeExifTree } from '../exif/writeExifTree.ts';

const HEADER_BYTES = 8;

/** Metadata that a directory contains in one piece: XMP, IPTC, Photoshop's resources. */
const BLOB_TAGS: readonly number[] = [TAG.xmp, TAG.iptc, TAG.photoshop];

/**
 * The metadata of one page of a TIFF as a small separate TIFF, without pixels and profile.
 *
 * @param directoryAt Where the page's directory is.
 * @returns undefined if it cannot be read.
 */
export function pageMetadata(source: ByteSource, directoryAt: number): Uint8Array | undefined {
  const isWanted = (tag: number): boolean => DESCRIPTIVE_TAGS.has(tag) || BLOB_TAGS.includes(tag);
  const tree = readExifTree(source, () => undefined, isWanted, directoryAt);
  if (tree === undefined) return undefined;
  const { order } = tree;
  const place = { order, isBig: false, offset: HEADER_BYTES, nextIfdOffset: 0 };
  const start = latin1Bytes(order === 'little' ? 'II*\0' : 'MM\0*');
  return joinBytes([start, uintBytes(HEADER_BYTES, 4, order), writeExifTree(tree, place).bytes]);
}
