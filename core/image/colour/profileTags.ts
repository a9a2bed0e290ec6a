import { hasText, readUint } from '../../metadata/byteFields.ts';

/** The size of a profile's header, behind which its table of tags begins (ICC.1:2022, 7.2). */
export const PROFILE_HEADER_BYTES = 128;

const ENTRY_BYTES = 12;
const MAX_TAGS = 256;

/** The data of a tag of a profile; undefined when it is missing or cut off. */
export function profileTag(icc: Uint8Array, name: string): Uint8Array | undefined {
  const big = (offset: number): number => readUint(icc, { offset, sizeBytes: 4, order: 'big' });
  const count = Math.min(MAX_TAGS, big(PROFILE_HEADER_BYTES));
  for (let index = 0; index < count; index++) {
    const entry = PROFILE_HEADER_BYTES + 4 + index * ENTRY_BYTES;
    if (!hasText(icc, name, entry)) continue;
    const [start, sizeBytes] = [big(entry + 4), big(entry + 8)];
    return start + sizeBytes <= icc.length ? icc.subarray(start, start + sizeBytes) : undefined;
  }
  return undefined;
}
