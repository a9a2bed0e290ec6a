import { hasText, joinBytes, latin1Bytes, readUint, uintBytes } from './byteFields.ts';

/** The Photoshop image resource that holds IPTC-IIM records (Adobe Photoshop file formats, image resource IDs). */
export const IPTC_RESOURCE_ID = 0x0404;

const SIGNATURES = ['8BIM', 'PHUT', 'DCSR', 'AgHg', 'MeSa'];

/** The data of the first resource of that number in a list of image resources, if it is whole. */
export function findPhotoshopResource(resources: Uint8Array, id: number): Uint8Array | undefined {
  let offset = 0;
  while (offset + 12 <= resources.length) {
    if (!SIGNATURES.some((signature) => hasText(resources, signature, offset))) {
      return undefined;
    }
    const nameBytes = evenSize(1 + (resources[offset + 6] ?? 0));
    const dataStart = offset + 6 + nameBytes + 4;
    const dataEnd = dataStart + readUint(resources, { offset: dataStart - 4, sizeBytes: 4, order: 'big' });
    if (dataEnd > resources.length) {
      return undefined;
    }
    if (readUint(resources, { offset: offset + 4, sizeBytes: 2, order: 'big' }) === id) {
      return resources.subarray(dataStart, dataEnd);
    }
    offset = evenSize(dataEnd);
  }
  return undefined;
}

/** IPTC-IIM records wrapped as the one Photoshop image resource they live in. */
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
