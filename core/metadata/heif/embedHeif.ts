import { copyBytes, joinBytes, latin1Bytes, writeUint } from '../byteFields.ts';
import { copyRange, ownBytes } from '../byteSource.ts';
import type { ByteSource, Segment } from '../byteSource.ts';
import { exifWithDensity } from '../exif/exifDensity.ts';
import type { ImageMetadata } from '../imageMetadata.ts';
import { boxBytes, readBoxes } from './boxes.ts';
import type { Box } from './boxes.ts';
import { writeItemLocations } from './itemLocations.ts';
import type { ItemLocation } from './itemLocations.ts';
import {
  isExifItem,
  isXmpItem,
  metadataItem,
  writeAssociations,
  writeItemInfos,
  writeItemReferences,
} from './itemTables.ts';
import type { ItemInfo, PropertyAssociations } from './itemTables.ts';
import { profilePropertyIndex, readMetaBox } from './metaBox.ts';
import type { MetaBox } from './metaBox.ts';

/** An item to add: its entry in the table of contents and its data. */
interface NewItem {
  readonly info: ItemInfo;
  readonly data: Uint8Array;
}

const MDAT_HEAD_BYTES = 8;
const FULL_BOX_BYTES = 4;
const MAX_32_BITS = 2 ** 32 - 1;
const EXIF_HEADER_DISTANCE = new Uint8Array(4);

/**
 * Splices metadata into an AVIF file (ISO/IEC 23008-12, annex A): a longer meta box replaces the old one,
 * items' data goes into a new mdat box at the end, and the offsets of the data that the longer box pushes back are
 * corrected.
 *
 * @returns undefined when the file is not built as expected.
 */
export function embedHeif(encoded: ByteSource, metadata: ImageMetadata): Segment[] | undefined {
  const topBoxes = readBoxes(encoded, 0, encoded.sizeBytes);
  const meta = readMetaBox(encoded, topBoxes);
  const last = topBoxes.at(-1);
  if (meta === undefined || last === undefined || last.end !== encoded.sizeBytes || !isSupported(meta)) {
    return undefined;
  }
  const items = newItems(meta, metadata);
  const fileBytes = (metaBytes: number): number =>
    encoded.sizeBytes + metaBytes - (meta.box.end - meta.box.start);
  const offsetBytes = encoded.sizeBytes > MAX_32_BITS / 2 ? 8 : 4;
  const build = (dataOffset: number, shiftBytes: number): Uint8Array =>
    newMetaBox(meta, {
      icc: metadata.icc,
      items,
      locations: newLocations(meta, { items, dataOffset, shiftBytes }),
      offsetBytes,
    });
  const metaBytes = build(0, 0).length; // offsets have a fixed width: the second build is as long as the first
  const dataOffset = fileBytes(metaBytes) + MDAT_HEAD_BYTES;
  const newMeta = build(dataOffset, metaBytes - (meta.box.end - meta.box.start));
  const head = closedLastBox(encoded, last);
  if (head === undefined) {
    return undefined;
  }
  return [
    ...withPatch({ start: 0, end: meta.box.start }, head),
    ownBytes(newMeta),
    ...withPatch({ start: meta.box.end, end: encoded.sizeBytes }, head),
    ...(items.length > 0 ? [ownBytes(boxBytes('mdat', ...items.map((item) => item.data)))] : []),
  ];
}

/** Items inside other items, or inside the box that grows, cannot be moved by one shift; libheif does not write any. */
function isSupported(meta: MetaBox): boolean {
  const hasPlainItems = meta.locations.every(
    ({ constructionMethod, extents }) =>
      constructionMethod === 1 ||
      (constructionMethod === 0 && extents.every(({ offset }) => !isWithin(offset, meta.box))),
  );
  return hasPlainItems && meta.associationBoxes === 1 && !meta.box.isOpenEnded;
}

function isWithin(offset: number, box: Box): boolean {
  return offset >= box.start && offset < box.end;
}

function newItems(meta: MetaBox, { exif, xmp, density }: ImageMetadata): NewItem[] {
  const ids = [
    ...meta.items.map((item) => item.itemId),
    ...meta.locations.map((location) => location.itemId),
  ];
  const firstId = ids.reduce((highest, id) => Math.max(highest, id), 0) + 1;
  const exifToWrite = exifWithDensity(exif, density);
  const items: NewItem[] = [];
  if (exifToWrite !== undefined) {
    items.push({ info: metadataItem(firstId, 'exif'), data: joinBytes([EXIF_HEADER_DISTANCE, exifToWrite]) });
  }
  if (xmp !== undefined) {
    items.push({ info: metadataItem(firstId + items.length, 'xmp'), data: xmp });
  }
  return items;
}

function newLocations(
  meta: MetaBox,
  plan: { readonly items: readonly NewItem[]; readonly dataOffset: number; readonly shiftBytes: number },
): ItemLocation[] {
  const moved = meta.locations.map((location) => ({
    ...location,
    extents: location.extents.map((extent) => {
      const isBehindMeta = location.constructionMethod === 0 && extent.offset >= meta.box.end;
      return isBehindMeta ? { ...extent, offset: extent.offset + plan.shiftBytes } : extent;
    }),
  }));
  let offset = plan.dataOffset;
  const added = plan.items.map(({ info, data }) => {
    const extents = [{ offset, sizeBytes: data.length }];
    offset += data.length;
    return { itemId: info.itemId, constructionMethod: 0, dataReferenceIndex: 0, extents };
  });
  return [...moved, ...added];
}

interface MetaPlan {
  readonly icc: Uint8Array | undefined;
  readonly items: readonly NewItem[];
  readonly locations: readonly ItemLocation[];
  readonly offsetBytes: 4 | 8;
}

/** The meta box with its tables rewritten; every other box in it is copied. */
function newMetaBox(meta: MetaBox, plan: MetaPlan): Uint8Array {
  const replaced = replacedItemIds(meta, plan.items);
  const isKept = ({ itemId }: { itemId: number }): boolean => !replaced.has(itemId);
  const infos = [...meta.items.filter(isKept), ...plan.items.map((item) => item.info)];
  const references = [
    ...meta.references.filter((reference) => !replaced.has(reference.fromItemId)),
    ...plan.items.map(({ info }) => ({
      type: 'cdsc',
      fromItemId: info.itemId,
      toItemIds: [meta.primaryItemId],
    })),
  ];
  const newTables: Readonly<Record<string, () => Uint8Array>> = {
    iloc: () => writeItemLocations(plan.locations.filter(isKept), plan.offsetBytes),
    iinf: () => writeItemInfos(infos),
    iprp: () => newPropertiesBox(meta, plan.icc),
    iref: () => new Uint8Array(),
  };
  const children = meta.children.map(
    (child) => newTables[child.type]?.() ?? meta.bytes.subarray(child.start, child.end),
  );
  const headStart = meta.box.dataStart - meta.box.start;
  const versionAndFlags = meta.bytes.subarray(headStart, headStart + FULL_BOX_BYTES);
  const iref = references.length > 0 ? writeItemReferences(references) : new Uint8Array();
  return boxBytes('meta', versionAndFlags, ...children, iref);
}

function replacedItemIds(meta: MetaBox, items: readonly NewItem[]): ReadonlySet<number> {
  const kinds = [isExifItem, isXmpItem].filter((isKind) => items.some((item) => isKind(item.info)));
  const replaced = meta.items.filter((item) => kinds.some((isKind) => isKind(item)));
  return new Set(replaced.map((item) => item.itemId));
}

/** The properties with the profile in place of the primary item's old one, or added and associated with it. */
function newPropertiesBox(meta: MetaBox, icc: Uint8Array | undefined): Uint8Array {
  const boxes = meta.properties.map((property) => meta.bytes.subarray(property.start, property.end));
  const oldIndex = profilePropertyIndex(meta);
  if (icc === undefined) {
    return propertiesBox(boxes, meta.associations);
  }
  const profile = boxBytes('colr', latin1Bytes('prof'), icc);
  if (oldIndex > 0) {
    return propertiesBox(boxes.with(oldIndex - 1, profile), meta.associations);
  }
  const added = { index: boxes.length + 1, isEssential: false };
  const associations = meta.associations.map((entry) =>
    entry.itemId === meta.primaryItemId ? { ...entry, properties: [...entry.properties, added] } : entry,
  );
  return propertiesBox([...boxes, profile], associations);
}

function propertiesBox(
  boxes: readonly Uint8Array[],
  associations: readonly PropertyAssociations[],
): Uint8Array {
  return boxBytes('iprp', boxBytes('ipco', ...boxes), writeAssociations(associations));
}

interface Patch {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** A last box without a size would include anything appended to the file, so it gets its real size. */
function closedLastBox(encoded: ByteSource, last: Box): Patch | undefined {
  const sizeBytes = last.end - last.start;
  if (last.isOpenEnded && sizeBytes > MAX_32_BITS) {
    return undefined;
  }
  const bytes = copyBytes(encoded.read(last.start, last.start + 4));
  if (last.isOpenEnded) {
    writeUint(bytes, sizeBytes, { offset: 0, sizeBytes: 4, order: 'big' });
  }
  return { offset: last.start, bytes };
}

function withPatch(range: { readonly start: number; readonly end: number }, patch: Patch): Segment[] {
  const patchEnd = patch.offset + patch.bytes.length;
  if (patch.offset < range.start || patchEnd > range.end) {
    return [copyRange(range.start, range.end)];
  }
  return [copyRange(range.start, patch.offset), ownBytes(patch.bytes), copyRange(patchEnd, range.end)];
}
