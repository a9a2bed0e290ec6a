import { readUint } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import type { ByteSource } from '../byteSource.ts';
import { readBoxes } from './boxes.ts';
import type { Box } from './boxes.ts';
import { readItemLocations } from './itemLocations.ts';
import type { ItemLocation } from './itemLocations.ts';
import { readAssociations, readItemInfos, readItemReferences } from './itemTables.ts';
import type { ItemInfo, ItemReference, PropertyAssociations } from './itemTables.ts';

/** An image file's meta box (ISO/IEC 23008-12, 6.2) with its tables parsed. */
export interface MetaBox {
  /** The meta box in the file. */
  readonly box: Box;
  /** The whole meta box; offsets of `children` and `properties` count from its start. */
  readonly bytes: Uint8Array;
  readonly children: readonly Box[];
  readonly primaryItemId: number;
  readonly items: readonly ItemInfo[];
  readonly locations: readonly ItemLocation[];
  readonly references: readonly ItemReference[];
  /** The boxes in ipco; associations count them from 1. */
  readonly properties: readonly Box[];
  /** The content of the first ipma box. */
  readonly associations: readonly PropertyAssociations[];
  readonly associationBoxes: number;
}

const MAX_META_BYTES = 64 * 1024 * 1024;
const FULL_BOX_BYTES = 4;

/** Finds and parses the meta box; undefined if it is missing or damaged. */
export function readMetaBox(source: ByteSource, topBoxes: readonly Box[]): MetaBox | undefined {
  const box = topBoxes.find((one) => one.type === 'meta');
  if (box === undefined || box.end - box.start > MAX_META_BYTES) {
    return undefined;
  }
  const bytes = source.read(box.start, box.end);
  const children = readBoxes(bytesSource(bytes), box.dataStart - box.start + FULL_BOX_BYTES, bytes.length);
  const dataOf = (type: string, among: readonly Box[] = children): Uint8Array | undefined => {
    const child = among.find((one) => one.type === type);
    return child && bytes.subarray(child.dataStart, child.end);
  };
  const pitm = dataOf('pitm');
  const iinf = dataOf('iinf');
  const locations = readItemLocations(dataOf('iloc') ?? new Uint8Array());
  if (pitm === undefined || iinf === undefined || locations === undefined) {
    return undefined;
  }
  const iprp = children.find((one) => one.type === 'iprp');
  const propertyBoxes = iprp ? readBoxes(bytesSource(bytes), iprp.dataStart, iprp.end) : [];
  const ipco = propertyBoxes.find((one) => one.type === 'ipco');
  return {
    box,
    bytes,
    children,
    primaryItemId: readUint(pitm, { offset: 4, sizeBytes: pitm[0] === 0 ? 2 : 4, order: 'big' }),
    items: readItemInfos(iinf),
    locations,
    references: readItemReferences(dataOf('iref') ?? new Uint8Array(4)),
    properties: ipco ? readBoxes(bytesSource(bytes), ipco.dataStart, ipco.end) : [],
    associations: readAssociations(dataOf('ipma', propertyBoxes) ?? new Uint8Array(8)),
    associationBoxes: propertyBoxes.filter((one) => one.type === 'ipma').length,
  };
}

/** The data of the idat box, where items of construction method 1 are. */
export function itemDataBox(meta: MetaBox): Uint8Array {
  const idat = meta.children.find((child) => child.type === 'idat');
  return idat ? meta.bytes.subarray(idat.dataStart, idat.end) : new Uint8Array();
}

/** Number, from 1, of the primary item's colour profile in ipco; 0 when it has none. */
export function profilePropertyIndex(meta: MetaBox): number {
  const own = meta.associations.find((entry) => entry.itemId === meta.primaryItemId)?.properties ?? [];
  const profile = own.find(({ index }) => isProfile(meta, meta.properties[index - 1]));
  return profile?.index ?? 0;
}

function isProfile(meta: MetaBox, property: Box | undefined): boolean {
  if (property?.type !== 'colr') {
    return false;
  }
  const kind = String.fromCharCode(...meta.bytes.subarray(property.dataStart, property.dataStart + 4));
  return kind === 'prof' || kind === 'rICC';
}
