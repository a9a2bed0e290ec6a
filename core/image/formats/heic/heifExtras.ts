import { latin1Text } from '../../../metadata/byteFields.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { readBoxes, type Box } from '../../../metadata/heif/boxes.ts';
import { isHidden, type ItemInfo, type PropertyAssociations } from '../../../metadata/heif/itemTables.ts';
import { readMetaBox, type MetaBox } from '../../../metadata/heif/metaBox.ts';
import { LEFT_OUT, otherImagesNote, type LeftOutPart } from '../leftOut.ts';
import { samsungParts } from '../samsungParts.ts';

/** Coded images, and those that are put together from others (ISO/IEC 23008-12, 6.6). */
const IMAGE_TYPES = ['hvc1', 'av01', 'avc1', 'vvc1', 'j2k1', 'jpeg', 'unci', 'grid', 'iovl', 'iden'];

/** An item that is an image with its gain map applied (ISO 21496-1). */
const TONE_MAPPED = 'tmap';

/** Where Google's and Samsung's cameras put the film of a motion photo. */
const FILM_BOX = 'mpvd';

/** Where Samsung's cameras put depth maps and sounds. */
const SAMSUNG_BOX = 'sefd';

/** An image sequence has tracks, like a film, and usually its first frame as an image (ISO/IEC 23008-12, 7). */
const TRACKS_BOX = 'moov';
const FIRST_FRAME = 'Only the first frame of the animation was enlarged.';

/** Types are addresses or names of a few words. */
const MAX_TYPE_BYTES = 256;

/** What an auxiliary image is, by its type (ISO/IEC 23008-12, 6.5.8; the older numbers are of HEVC). */
function auxiliaryPart(type: string): LeftOutPart | 'alpha' {
  if (/auxiliary:alpha|auxid:1$/.test(type)) return 'alpha';
  if (/auxiliary:depth|auxid:2$/.test(type)) return 'depth';
  return /gainmap/i.test(type) ? 'gainMap' : 'helper';
}

function auxiliaryType(meta: MetaBox, own: PropertyAssociations['properties']): string {
  const property = own.map(({ index }) => meta.properties[index - 1]).find((one) => one?.type === 'auxC');
  const start = property && property.dataStart + 4;
  const end = property && Math.min(property.end, property.dataStart + 4 + MAX_TYPE_BYTES);
  return latin1Text(meta.bytes.subarray(start ?? 0, end ?? 0)).split('\0')[0] ?? '';
}

/** What the auxiliary images of the primary one are. */
function auxiliaryParts(meta: MetaBox): LeftOutPart[] {
  const ids = meta.references
    .filter(({ type, toItemIds }) => type === 'auxl' && toItemIds.includes(meta.primaryItemId))
    .map(({ fromItemId }) => fromItemId);
  const properties = new Map(meta.associations.map(({ itemId, properties: own }) => [itemId, own]));
  return [...new Set(ids)]
    .map((id) => auxiliaryPart(auxiliaryType(meta, properties.get(id) ?? [])))
    .filter((part) => part !== 'alpha');
}

/** The items from which references of a type start. */
function startsOf({ references }: MetaBox, type: string): number[] {
  return references.filter((one) => one.type === type).map(({ fromItemId }) => fromItemId);
}

/** The images that a viewer would list along with the main one: neither hidden, nor a part of another, nor its thumbnail. */
function otherImages(meta: MetaBox): ItemInfo[] {
  const parts = meta.references.filter(({ type }) => type === 'dimg').flatMap(({ toItemIds }) => toItemIds);
  const inside = new Set([
    meta.primaryItemId,
    ...parts,
    ...startsOf(meta, 'thmb'),
    ...startsOf(meta, 'auxl'),
  ]);
  return meta.items.filter(
    (item) => IMAGE_TYPES.includes(item.type) && !isHidden(item) && !inside.has(item.itemId),
  );
}

function partsOf(source: ByteSource, meta: MetaBox, boxes: readonly Box[]): LeftOutPart[] {
  const isToneMapped = meta.items.some(({ type }) => type === TONE_MAPPED);
  const hasFilm = boxes.some(({ type }) => type === FILM_BOX);
  const all: LeftOutPart[] = [
    ...auxiliaryParts(meta),
    ...(isToneMapped ? ['gainMap' as const] : []),
    ...(hasFilm ? ['film' as const] : []),
    ...boxes
      .filter(({ type }) => type === SAMSUNG_BOX)
      .flatMap(({ dataStart, end }) => samsungParts(Buffer.from(source.read(dataStart, end)))),
  ];
  return [...new Set(all)];
}

/** Sentences on what an AVIF or HEIF file contains apart from its main image. */
export function heifExtras(source: ByteSource): string[] {
  const boxes = readBoxes(source, 0, source.sizeBytes);
  const meta = readMetaBox(source, boxes);
  if (meta === undefined) return [];
  const notes = partsOf(source, meta, boxes).map((part) => LEFT_OUT[part]);
  const animation = boxes.some(({ type }) => type === TRACKS_BOX) ? [FIRST_FRAME] : [];
  return [...animation, ...otherImagesNote(otherImages(meta).length), ...notes];
}
