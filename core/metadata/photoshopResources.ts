import { hasText, joinBytes, latin1Bytes, readUint, uintBytes } from './byteFields.ts';

/** The Photoshop image resource that contains IPTC-IIM records (Adobe Photoshop file formats, image resource IDs). */
export const IPTC_RESOURCE_ID = 0x0404;

const SIGNATURES = ['8BIM', 'PHUT', 'DCSR', 'AgHg', 'MeSa'];

/** Resources that stay valid for an enlarged image: paths are stored as fractions of its sides, not in pixels. */
const COPYRIGHT_FLAG_ID = 0x040a;
const ADDRESS_ID = 0x040b;
const FIRST_PATH_ID = 0x07d0;
const CLIPPING_PATH_NAME_ID = 0x0bb7;

interface PhotoshopResource {
  readonly id: number;
  readonly data: Uint8Array;
  /** The whole resource, padded. */
  readonly bytes: Uint8Array;
}

/** The data of the first resource of that number in a list of image resources, if it is complete. */
export function findPhotoshopResource(resources: Uint8Array, id: number): Uint8Array | undefined {
  for (const resource of photoshopResources(resources)) {
    if (resource.id === id) return resource.data;
  }
  return undefined;
}

/** Clipping paths, copyright flag and address, as a list of image resources, or undefined. */
export function keptResources(resources: Uint8Array): Uint8Array | undefined {
  const kept = [...photoshopResources(resources)].filter(
    ({ id }) =>
      id === COPYRIGHT_FLAG_ID || id === ADDRESS_ID || (id >= FIRST_PATH_ID && id <= CLIPPING_PATH_NAME_ID),
  );
  return kept.length === 0 ? undefined : joinBytes(kept.map(({ bytes }) => bytes));
}

/** The whole resources in a list, up to the first damaged one. */
function* photoshopResources(resources: Uint8Array): Generator<PhotoshopResource> {
  let offset = 0;
  while (offset + 12 <= resources.length) {
    if (!SIGNATURES.some((signature) => hasText(resources, signature, offset))) {
      return;
    }
    const nameBytes = evenSize(1 + (resources[offset + 6] ?? 0));
    const dataStart = offset + 6 + nameBytes + 4;
    const dataEnd = dataStart + readUint(resources, { offset: dataStart - 4, sizeBytes: 4, order: 'big' });
    if (dataEnd > resources.length) {
      return;
    }
    const bytes = joinBytes([resources.subarray(offset, dataEnd), new Uint8Array((dataEnd - offset) % 2)]);
    const id = readUint(resources, { offset: offset + 4, sizeBytes: 2, order: 'big' });
    yield { id, data: resources.subarray(dataStart, dataEnd), bytes };
    offset = evenSize(dataEnd);
  }
}

/** IPTC-IIM records, wrapped in the Photoshop image resource that contains them. */
export function wrapIptc(iptc: Uint8Array): Uint8Array {
  return joinBytes([
    latin1Bytes('8BIM'),
    uintBytes(IPTC_RESOURCE_ID, 2, 'big'),
    new Uint8Array(2), // an empty name, padded
    uintBytes(iptc.length, 4, 'big'),
    iptc,
    new Uint8Array(iptc.length % 2),
  ]);
}

/** The IPTC-IIM records in bytes that are either those records or Photoshop resources around them. */
export function unwrapIptc(bytes: Uint8Array): Uint8Array | undefined {
  const isBare = bytes[0] === 0x1c;
  return isBare ? bytes : findPhotoshopResource(bytes, IPTC_RESOURCE_ID);
}

function evenSize(sizeBytes: number): number {
  return sizeBytes + (sizeBytes % 2);
}
