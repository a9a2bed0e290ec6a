import { joinBytes, latin1Bytes, uintBytes } from '../byteFields.ts';
import { TAG } from './exifTags.ts';
import { treeInOrder } from './exifTree.ts';
import type { ExifField, ExifTree } from './exifTree.ts';
import { moveMakerNote } from './moveMakerNote.ts';
import { FIELD_TYPE } from './readIfd.ts';
import type { TiffLayout } from './readIfd.ts';
import { ifdSizeBytes, writeIfd, writtenValueOffset } from './writeIfd.ts';
import type { IfdField, IfdPlace } from './writeIfd.ts';

/** Directories as bytes, and whether the maker note in them was kept. */
export interface WrittenExif {
  readonly bytes: Uint8Array;
  /** false when there is a maker note whose offsets, if it has any, could not be corrected. */
  readonly isMakerNoteSound: boolean;
}

interface TreePlan {
  readonly ifd0: readonly IfdField[];
  readonly exif: readonly IfdField[];
  readonly exifPlace: IfdPlace;
  readonly interopPlace: IfdPlace;
  readonly gpsPlace: IfdPlace;
}

const EXIF_HEADER_BYTES = 8;

/**
 * A first directory with its Exif, GPS and interoperability directories behind it, in the byte order of `place`.
 *
 * @param keptFields Further fields of the first directory.
 */
export function writeExifTree(
  original: ExifTree,
  place: IfdPlace,
  keptFields: readonly IfdField[] = [],
): WrittenExif {
  const tree = treeInOrder(original, place.order);
  const plan = planTree(tree, place, keptFields);
  const settled = settleMakerNote(original, plan);
  const bytes = joinBytes([
    writeIfd(plan.ifd0, place),
    ...(plan.exif.length > 0 ? [writeIfd(settled.exif, plan.exifPlace)] : []),
    ...(tree.interop.length > 0 ? [writeIfd(tree.interop, plan.interopPlace)] : []),
    ...(tree.gps.length > 0 ? [writeIfd(tree.gps, plan.gpsPlace)] : []),
  ]);
  return { bytes, isMakerNoteSound: settled.isSound };
}

/** A new EXIF structure, without thumbnail, in the tree's byte order. */
export function buildExif(tree: ExifTree): WrittenExif {
  const { order } = tree;
  const place = { order, isBig: false, offset: EXIF_HEADER_BYTES, nextIfdOffset: 0 };
  const start = latin1Bytes(order === 'little' ? 'II*\0' : 'MM\0*');
  const written = writeExifTree(tree, place);
  return { ...written, bytes: joinBytes([start, uintBytes(EXIF_HEADER_BYTES, 4, order), written.bytes]) };
}

/** Pointers have a fixed length, so that all positions are known before their values. */
function planTree(tree: ExifTree, place: IfdPlace, keptFields: readonly IfdField[]): TreePlan {
  const sub = { order: place.order, isBig: place.isBig, nextIfdOffset: 0 };
  const pointer = (tag: number, offset: number, isNeeded: boolean): IfdField[] =>
    isNeeded ? [pointerField(tag, offset, place)] : [];
  const hasInterop = tree.interop.length > 0;
  const hasExif = tree.exif.length > 0 || hasInterop;
  const ifd0With = (exifOffset: number, gpsOffset: number): IfdField[] => [
    ...tree.ifd0,
    ...keptFields,
    ...pointer(TAG.exifIfd, exifOffset, hasExif),
    ...pointer(TAG.gpsIfd, gpsOffset, tree.gps.length > 0),
  ];
  const exifWith = (offset: number): IfdField[] => [
    ...tree.exif,
    ...pointer(TAG.interopIfd, offset, hasInterop),
  ];
  const exifOffset = place.offset + ifdSizeBytes(ifd0With(0, 0), place.isBig);
  const interopOffset = exifOffset + (hasExif ? ifdSizeBytes(exifWith(0), place.isBig) : 0);
  const gpsOffset = interopOffset + (hasInterop ? ifdSizeBytes(tree.interop, place.isBig) : 0);
  return {
    ifd0: ifd0With(exifOffset, gpsOffset),
    exif: exifWith(interopOffset),
    exifPlace: { ...sub, offset: exifOffset },
    interopPlace: { ...sub, offset: interopOffset },
    gpsPlace: { ...sub, offset: gpsOffset },
  };
}

function settleMakerNote(
  { order, makerNoteOffset, exif }: ExifTree,
  plan: TreePlan,
): { exif: readonly IfdField[]; isSound: boolean } {
  const note = exif.find((field) => field.tag === TAG.makerNote);
  const newOffset = writtenValueOffset(plan.exif, TAG.makerNote, plan.exifPlace);
  if (note === undefined || newOffset === undefined) {
    return { exif: plan.exif, isSound: true };
  }
  const value = moveMakerNote(note.value, {
    order,
    newOrder: plan.exifPlace.order,
    offset: makerNoteOffset ?? newOffset,
    newOffset,
  });
  const moved = plan.exif.map((field) => (field.tag === TAG.makerNote && value ? { ...note, value } : field));
  return { exif: moved, isSound: value !== undefined };
}

function pointerField(tag: number, offset: number, layout: TiffLayout): ExifField {
  return layout.isBig
    ? { tag, type: FIELD_TYPE.ifd8, count: 1, value: uintBytes(offset, 8, layout.order) }
    : { tag, type: FIELD_TYPE.long, count: 1, value: uintBytes(offset, 4, layout.order) };
}
