import { joinBytes, readUint } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import { bareExif, hasExifHeader } from '../exif/bareExif.ts';
import { acceptIccProfile } from '../iccProfile.ts';
import { MAX_PART_BYTES } from '../imageMetadata.ts';
import type { MetadataDraft, PixelAspect, Warn } from '../imageMetadata.ts';
import { readBoxes, type Box } from './boxes.ts';
import { isExifItem, isXmpItem } from './itemTables.ts';
import type { ItemInfo } from './itemTables.ts';
import { itemDataBox, profilePropertyIndex, readMetaBox } from './metaBox.ts';
import type { MetaBox } from './metaBox.ts';

const KIND_BYTES = 4;

/** Reads the metadata of an AVIF or HEIF file's primary image (ISO/IEC 23008-12, annex A). */
export function readHeif(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const source = bytesSource(bytes);
  const meta = readMetaBox(source, readBoxes(source, 0, bytes.length));
  if (meta === undefined) {
    warn("The file's table of contents is missing or damaged; no metadata was read.");
    return {};
  }
  const draft: MetadataDraft = {};
  const exif = readItem({ bytes, meta, warn }, isExifItem);
  const xmp = readItem({ bytes, meta, warn }, isXmpItem);
  const property = meta.properties[profilePropertyIndex(meta) - 1];
  const icc =
    property && acceptIccProfile(meta.bytes.subarray(property.dataStart + KIND_BYTES, property.end), warn);
  if (exif !== undefined) draft.exif = exifStructure(exif);
  if (xmp !== undefined) draft.xmp = xmp;
  const aspect = aspectOf(meta);
  if (icc !== undefined) draft.icc = icc;
  if (aspect !== undefined) draft.aspect = aspect;
  return draft;
}

/**
 * The pixel aspect ratio of the upright image, by the primary one's pasp property (ISO/IEC 14496-12, 12.1.4), if it is
 * not square.
 */
function aspectOf(meta: MetaBox): PixelAspect | undefined {
  const own = meta.associations.find(({ itemId }) => itemId === meta.primaryItemId)?.properties ?? [];
  const find = (type: string): Box | undefined =>
    own.map(({ index }) => meta.properties[index - 1]).find((one) => one?.type === type);
  const property = find('pasp');
  if (property === undefined) {
    return undefined;
  }
  const turn = find('irot');
  const isOnItsSide = turn !== undefined && (meta.bytes[turn.dataStart] ?? 0) % 2 === 1;
  const width = readUint(meta.bytes, { offset: property.dataStart, sizeBytes: 4, order: 'big' });
  const height = readUint(meta.bytes, { offset: property.dataStart + 4, sizeBytes: 4, order: 'big' });
  // A pixel that is twice as wide as high has half the density across.
  if (!(width > 0 && height > 0) || width === height) return undefined;
  return isOnItsSide ? { x: width, y: height } : { x: height, y: width };
}

/** The item's data starts with the distance of the TIFF header from the end of that number (annex A.2.1). */
function exifStructure(item: Uint8Array): Uint8Array {
  const structure = item.subarray(4 + readUint(item, { offset: 0, sizeBytes: 4, order: 'big' }));
  // Some writers store a distance of 0 but still add the signature of the JPEG segment.
  return hasExifHeader(structure) ? structure : bareExif(item.subarray(4));
}

/** The data of the item that describes the primary one, or else of the first of its kind that does not describe another. */
function readItem(
  { bytes, meta, warn }: { readonly bytes: Uint8Array; readonly meta: MetaBox; readonly warn: Warn },
  isWanted: (item: ItemInfo) => boolean,
): Uint8Array | undefined {
  const items = meta.items.filter(isWanted);
  const describing = meta.references.filter(({ type }) => type === 'cdsc');
  const ofPrimary = describing.filter(({ toItemIds }) => toItemIds.includes(meta.primaryItemId));
  const [ofAnything, ofThePrimary] = [describing, ofPrimary].map(
    (references) => new Set(references.map(({ fromItemId }) => fromItemId)),
  );
  const item =
    items.find(({ itemId }) => ofThePrimary?.has(itemId)) ??
    items.find(({ itemId }) => ofAnything?.has(itemId) !== true);
  const data = item && readItemData(bytes, meta, item.itemId);
  if (item !== undefined && data === undefined) {
    warn(`The file's ${item.type === 'Exif' ? 'EXIF' : 'XMP'} is damaged and was left out.`);
  }
  return data;
}

function readItemData(bytes: Uint8Array, meta: MetaBox, itemId: number): Uint8Array | undefined {
  const location = meta.locations.find((one) => one.itemId === itemId);
  const area = { 0: bytes, 1: itemDataBox(meta) }[location?.constructionMethod ?? -1];
  if (location === undefined || area === undefined || location.dataReferenceIndex !== 0) {
    return undefined;
  }
  const parts: Uint8Array[] = [];
  let totalBytes = 0;
  for (const { offset, sizeBytes } of location.extents) {
    const end = sizeBytes === 0 ? area.length : offset + sizeBytes;
    totalBytes += end - offset;
    if (offset > end || end > area.length || totalBytes > MAX_PART_BYTES) {
      return undefined;
    }
    parts.push(area.subarray(offset, end));
  }
  return joinBytes(parts);
}
