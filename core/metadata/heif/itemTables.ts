import { joinBytes, latin1Bytes, latin1Text, uintBytes } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import { boxBytes, fullBoxBytes, readBoxes } from './boxes.ts';
import { FieldCursor } from './fieldCursor.ts';

/** One entry of the iinf box (ISO/IEC 14496-12, 8.11.6). */
export interface ItemInfo {
  readonly itemId: number;
  readonly type: string;
  /** Media type of an item of type "mime", else "". */
  readonly contentType: string;
  /** The entry's whole infe box. */
  readonly bytes: Uint8Array;
}

/** References from one item to others (ISO/IEC 14496-12, 8.11.12). */
export interface ItemReference {
  readonly type: string;
  readonly fromItemId: number;
  readonly toItemIds: readonly number[];
}

/** The properties of one item: numbers in the ipco box, counted from 1 (ISO/IEC 23008-12, 9.3). */
export interface PropertyAssociations {
  readonly itemId: number;
  readonly properties: readonly { readonly index: number; readonly isEssential: boolean }[];
}

const MAX_ENTRIES = 65_536;
const XMP_CONTENT_TYPE = 'application/rdf+xml';
const HIDDEN = 1;
/** Size, type, version and flags. */
const BOX_FLAGS_END = 12;

/** Entries of an iinf box' data, from its version on. */
export function readItemInfos(data: Uint8Array): ItemInfo[] {
  const start = data[0] === 0 ? 6 : 8;
  return readBoxes(bytesSource(data), start, data.length)
    .filter((box) => box.type === 'infe')
    .map((box) => {
      const cursor = new FieldCursor(data.subarray(box.dataStart, box.end));
      const version = cursor.uint(1);
      cursor.uint(3);
      const itemId = cursor.uint(version === 3 ? 4 : 2);
      cursor.uint(2);
      const type = version < 2 ? '' : latin1Text(cursor.bytes.subarray(cursor.offset, cursor.offset + 4));
      cursor.uint(version < 2 ? 0 : 4);
      cursor.text(); // the item's name
      const contentType = type === 'mime' ? cursor.text() : '';
      return { itemId, type, contentType, bytes: data.subarray(box.start, box.end) };
    });
}

/** A whole iinf box. */
export function writeItemInfos(items: readonly ItemInfo[]): Uint8Array {
  const version = items.length > 0xffff ? 1 : 0;
  const count = uintBytes(items.length, version === 0 ? 2 : 4, 'big');
  return fullBoxBytes('iinf', { version, flags: 0 }, count, ...items.map((item) => item.bytes));
}

/** An entry for a new metadata item, hidden because it is not an image. */
export function metadataItem(itemId: number, kind: 'exif' | 'xmp'): ItemInfo {
  const type = kind === 'exif' ? 'Exif' : 'mime';
  const contentType = kind === 'exif' ? '' : XMP_CONTENT_TYPE;
  const isLarge = itemId > 0xffff;
  const text = kind === 'exif' ? `${type}\0` : `${type}\0${contentType}\0`;
  const bytes = fullBoxBytes(
    'infe',
    { version: isLarge ? 3 : 2, flags: HIDDEN },
    uintBytes(itemId, isLarge ? 4 : 2, 'big'),
    new Uint8Array(2), // not protected
    latin1Bytes(text),
  );
  return { itemId, type, contentType, bytes };
}

/** Whether an item is flagged as not a separate image in the infe box (ISO/IEC 23008-12, 6.4.2). */
export function isHidden(item: ItemInfo): boolean {
  return ((item.bytes[BOX_FLAGS_END - 1] ?? 0) & HIDDEN) !== 0;
}

export function isExifItem(item: ItemInfo): boolean {
  return item.type === 'Exif';
}

export function isXmpItem(item: ItemInfo): boolean {
  return item.type === 'mime' && item.contentType === XMP_CONTENT_TYPE;
}

/** The references in an iref box' data, from its version on. */
export function readItemReferences(data: Uint8Array): ItemReference[] {
  const idBytes = data[0] === 0 ? 2 : 4;
  return readBoxes(bytesSource(data), 4, data.length).map((box) => {
    const cursor = new FieldCursor(data.subarray(box.dataStart, box.end));
    const fromItemId = cursor.uint(idBytes);
    const declaredCount = cursor.uint(2);
    const count = Math.min(declaredCount, Math.floor((cursor.bytes.length - cursor.offset) / idBytes));
    const toItemIds = Array.from({ length: Math.max(0, count) }, () => cursor.uint(idBytes));
    return { type: box.type, fromItemId, toItemIds };
  });
}

/** A whole iref box. */
export function writeItemReferences(references: readonly ItemReference[]): Uint8Array {
  const isLarge = references.some((one) => [one.fromItemId, ...one.toItemIds].some((id) => id > 0xffff));
  const idBytes = isLarge ? 4 : 2;
  const boxes = references.map(({ type, fromItemId, toItemIds }) =>
    boxBytes(
      type,
      uintBytes(fromItemId, idBytes, 'big'),
      uintBytes(toItemIds.length, 2, 'big'),
      ...toItemIds.map((id) => uintBytes(id, idBytes, 'big')),
    ),
  );
  return fullBoxBytes('iref', { version: isLarge ? 1 : 0, flags: 0 }, ...boxes);
}

/** The associations in an ipma box' data, from its version on. */
export function readAssociations(data: Uint8Array): PropertyAssociations[] {
  const cursor = new FieldCursor(data);
  const version = cursor.uint(1);
  const propertyBytes = cursor.uint(3) & 1 ? 2 : 1;
  const essentialBit = propertyBytes === 2 ? 0x8000 : 0x80;
  const entryCount = Math.min(cursor.uint(4), MAX_ENTRIES);
  const entries: PropertyAssociations[] = [];
  while (entries.length < entryCount && !cursor.isAtEnd) {
    const itemId = cursor.uint(version < 1 ? 2 : 4);
    const properties = Array.from({ length: cursor.uint(1) }, () => {
      const value = cursor.uint(propertyBytes);
      return { index: value & (essentialBit - 1), isEssential: (value & essentialBit) !== 0 };
    });
    entries.push({ itemId, properties });
  }
  return entries;
}

/** A whole ipma box. */
export function writeAssociations(entries: readonly PropertyAssociations[]): Uint8Array {
  const version = entries.some((entry) => entry.itemId > 0xffff) ? 1 : 0;
  const isWide = entries.some((entry) => entry.properties.some((property) => property.index > 0x7f));
  const propertyBytes = isWide ? 2 : 1;
  const essentialBit = isWide ? 0x8000 : 0x80;
  const body = entries.flatMap(({ itemId, properties }) => [
    uintBytes(itemId, version === 0 ? 2 : 4, 'big'),
    uintBytes(properties.length, 1, 'big'),
    ...properties.map(({ index, isEssential }) =>
      uintBytes(index + (isEssential ? essentialBit : 0), propertyBytes, 'big'),
    ),
  ]);
  return fullBoxBytes(
    'ipma',
    { version, flags: isWide ? 1 : 0 },
    uintBytes(entries.length, 4, 'big'),
    joinBytes(body),
  );
}
