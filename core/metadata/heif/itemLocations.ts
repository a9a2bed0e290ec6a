import { joinBytes, uintBytes } from '../byteFields.ts';
import { fullBoxBytes } from './boxes.ts';
import { FieldCursor } from './fieldCursor.ts';

/** Where an item's data is (ISO/IEC 14496-12, 8.11.3). */
export interface ItemLocation {
  readonly itemId: number;
  /** 0: offsets count from the file's start; 1: from the idat box' data; 2: from another item's. */
  readonly constructionMethod: number;
  readonly dataReferenceIndex: number;
  readonly extents: readonly ItemExtent[];
}

/** `offset` with the item's base offset already added; a length of 0 means "to the end". */
export interface ItemExtent {
  readonly offset: number;
  readonly sizeBytes: number;
}

const MAX_EXTENTS = 65_536;

/** Parses an iloc box' data (from its version on); undefined when it is damaged or uses features that images do not use. */
export function readItemLocations(data: Uint8Array): ItemLocation[] | undefined {
  const cursor = new FieldCursor(data);
  const version = cursor.uint(1);
  cursor.uint(3);
  const sizes = cursor.uint(2);
  const itemCount = cursor.uint(version < 2 ? 2 : 4);
  const fieldBytes = {
    offset: sizes >> 12,
    length: (sizes >> 8) & 15,
    base: (sizes >> 4) & 15,
    index: sizes & 15,
  };
  const indexBytes = version === 0 ? 0 : fieldBytes.index;
  const extentBytes = fieldBytes.offset + fieldBytes.length + indexBytes;
  if (version > 2 || Object.values(fieldBytes).some((sizeBytes) => sizeBytes > 8)) {
    return undefined;
  }
  const locations: ItemLocation[] = [];
  let extentsLeft = MAX_EXTENTS;
  for (let count = 0; count < itemCount; count += 1) {
    const itemId = cursor.uint(version < 2 ? 2 : 4);
    const constructionMethod = version === 0 ? 0 : cursor.uint(2) & 15;
    const dataReferenceIndex = cursor.uint(2);
    const baseOffset = cursor.uint(fieldBytes.base);
    const extentCount = cursor.uint(2);
    extentsLeft -= extentCount;
    if (cursor.offset + extentCount * extentBytes > data.length || extentsLeft < 0) {
      return undefined;
    }
    const extents = Array.from({ length: extentCount }, () => {
      cursor.uint(indexBytes);
      return {
        offset: baseOffset + cursor.uint(fieldBytes.offset),
        sizeBytes: cursor.uint(fieldBytes.length),
      };
    });
    locations.push({ itemId, constructionMethod, dataReferenceIndex, extents });
  }
  return locations;
}

/**
 * A whole iloc box of version 1, or 2 for large item numbers. Its size depends only on the items and `offsetBytes`,
 * not on the offsets, so that it can be measured before they are known.
 *
 * @param offsetBytes 4, or 8 in a file of 4 GB and more.
 */
export function writeItemLocations(locations: readonly ItemLocation[], offsetBytes: 4 | 8): Uint8Array {
  const version = locations.some((location) => location.itemId > 0xffff) ? 2 : 1;
  const idBytes = version < 2 ? 2 : 4;
  const items = locations.map((location) =>
    joinBytes([
      uintBytes(location.itemId, idBytes, 'big'),
      uintBytes(location.constructionMethod, 2, 'big'),
      uintBytes(location.dataReferenceIndex, 2, 'big'),
      uintBytes(location.extents.length, 2, 'big'),
      ...location.extents.flatMap((extent) => [
        uintBytes(extent.offset, offsetBytes, 'big'),
        uintBytes(extent.sizeBytes, offsetBytes, 'big'),
      ]),
    ]),
  );
  const fieldSizes = Uint8Array.of(offsetBytes * 16 + offsetBytes, 0); // offset and length; no base, no index
  const itemCount = uintBytes(locations.length, idBytes, 'big');
  return fullBoxBytes('iloc', { version, flags: 0 }, fieldSizes, itemCount, ...items);
}
