import { latin1Bytes } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import type { Warn } from '../imageMetadata.ts';
import { SAFE_EXIF_TAGS, SAFE_IFD0_TAGS, TAG } from './exifTags.ts';
import { readExifTree } from './exifTree.ts';
import type { ExifTree } from './exifTree.ts';
import { FIELD_TYPE } from './readIfd.ts';
import { buildExif } from './writeExifTree.ts';

/**
 * A new EXIF structure that only describes how an image was taken: no place, owner, serial numbers, maker notes,
 * comments or thumbnail, and no bytes outside its tags.
 *
 * @returns undefined when the structure is damaged or nothing in it may stay.
 */
export function safeExif(exif: Uint8Array, warn: Warn): Uint8Array | undefined {
  const tree = readExifTree(bytesSource(exif), warn);
  if (tree === undefined) {
    return undefined;
  }
  const safe: ExifTree = {
    order: tree.order,
    ifd0: tree.ifd0.filter((field) => SAFE_IFD0_TAGS.has(field.tag)),
    exif: tree.exif.filter((field) => SAFE_EXIF_TAGS.has(field.tag)),
    gps: [],
    interop: [],
  };
  return safe.ifd0.length + safe.exif.length > 0 ? buildExif(safe).bytes : undefined;
}

/** The same EXIF laid out again without thumbnail and maker note, for a container with little room. */
export function smallExif(exif: Uint8Array): Uint8Array | undefined {
  const tree = readExifTree(bytesSource(exif), () => undefined);
  return tree && buildExif({ ...tree, exif: tree.exif.filter((field) => field.tag !== TAG.makerNote) }).bytes;
}

/** The smallest EXIF structure that readers recognise: the Exif version, and fields of the first directory. */
export function minimalExif(ifd0: ExifTree['ifd0']): Uint8Array {
  const version = { tag: 0x9000, type: FIELD_TYPE.undefined, count: 4, value: latin1Bytes('0232') };
  return buildExif({ order: 'little', ifd0, exif: [version], gps: [], interop: [] }).bytes;
}

/** Whether an EXIF structure contains anything besides the resolution and the orientation. */
export function isWorthKeeping(tree: ExifTree): boolean {
  const trivial: readonly number[] = [TAG.xResolution, TAG.yResolution, TAG.resolutionUnit, TAG.orientation];
  const fields = [...tree.exif, ...tree.gps, ...tree.interop];
  return fields.length > 0 || tree.ifd0.some((field) => !trivial.includes(field.tag));
}
