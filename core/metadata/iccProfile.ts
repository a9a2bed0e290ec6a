import { hasText, readUint } from './byteFields.ts';
import { MAX_PART_BYTES } from './imageMetadata.ts';
import type { Warn } from './imageMetadata.ts';

const HEADER_BYTES = 128;
const SIGNATURE_OFFSET = 36;

/**
 * Accepts a profile found in a file if its header is valid (ISO 15076-1, 7.2).
 *
 * @returns The profile cut to the size in its header, because PNG readers refuse one with padding; or
 *   undefined, after a warning.
 */
export function acceptIccProfile(profile: Uint8Array, warn: Warn): Uint8Array | undefined {
  const declaredBytes = readUint(profile, { offset: 0, sizeBytes: 4, order: 'big' });
  const isSound =
    profile.length >= HEADER_BYTES &&
    declaredBytes >= HEADER_BYTES &&
    declaredBytes <= Math.min(profile.length, MAX_PART_BYTES) &&
    hasText(profile, 'acsp', SIGNATURE_OFFSET);
  if (!isSound) {
    warn(`The colour profile (${profile.length} bytes) is damaged and was left out.`);
    return undefined;
  }
  return profile.subarray(0, declaredBytes);
}
