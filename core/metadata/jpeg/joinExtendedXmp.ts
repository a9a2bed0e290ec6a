import { latin1Text, readUint } from '../byteFields.ts';
import { MAX_PART_BYTES } from '../imageMetadata.ts';
import type { Warn } from '../imageMetadata.ts';
import { extensionGuid, mergeXmp } from '../xmp/extendedXmp.ts';

const GUID_BYTES = 32;
const PREFIX_BYTES = GUID_BYTES + 8;

/**
 * Joins a packet that was spread over several segments (Adobe XMP part 3, 1.1.3.1).
 *
 * @param extensions Data of all extension segments, in any order, behind their signature.
 * @returns The whole packet; only its main part, after a warning, when the rest is damaged.
 */
export function joinExtendedXmp(main: Uint8Array, extensions: readonly Uint8Array[], warn: Warn): Uint8Array {
  const guid = extensionGuid(main);
  if (guid === undefined) {
    return main;
  }
  const own = extensions.filter((data) => latin1Text(data.subarray(0, GUID_BYTES)) === guid);
  const extension = joinPortions(own);
  const whole = extension && mergeXmp(main, extension);
  if (whole === undefined) {
    warn('The extended part of the XMP is missing or damaged; only its main part was kept.');
  }
  return whole ?? main;
}

function joinPortions(portions: readonly Uint8Array[]): Uint8Array | undefined {
  const fullBytes = readUint(portions[0] ?? new Uint8Array(), {
    offset: GUID_BYTES,
    sizeBytes: 4,
    order: 'big',
  });
  if (fullBytes === 0 || fullBytes > MAX_PART_BYTES) {
    return undefined;
  }
  const inOrder = portions
    .map((data) => ({
      offset: readUint(data, { offset: GUID_BYTES + 4, sizeBytes: 4, order: 'big' }),
      data: data.subarray(PREFIX_BYTES),
    }))
    .sort((one, other) => one.offset - other.offset);
  const whole = new Uint8Array(fullBytes);
  let nextOffset = 0;
  for (const { offset, data } of inOrder) {
    if (offset !== nextOffset || offset + data.length > fullBytes) {
      return undefined;
    }
    whole.set(data, offset);
    nextOffset += data.length;
  }
  return nextOffset === fullBytes ? whole : undefined;
}
