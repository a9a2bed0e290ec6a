import { hasText, readUint } from '../../metadata/byteFields.ts';
import type { CodePoints } from './codePoints.ts';

const TABLE_OFFSET = 128;
const ENTRY_BYTES = 12;
const MAX_TAGS = 256;

/** The code points that a profile contains in addition to its curves (ICC.1:2022, 9.2.17 cicpTag); undefined when it gives none. */
export function profileCodePoints(icc: Uint8Array): CodePoints | undefined {
  const big = (offset: number): number => readUint(icc, { offset, sizeBytes: 4, order: 'big' });
  const count = Math.min(MAX_TAGS, big(TABLE_OFFSET));
  for (let index = 0; index < count; index++) {
    const entry = TABLE_OFFSET + 4 + index * ENTRY_BYTES;
    if (!hasText(icc, 'cicp', entry)) continue;
    const start = big(entry + 4);
    const [primaries, transfer, , range] = icc.subarray(start + 8, start + 12);
    if (primaries === undefined || transfer === undefined || range === undefined) return undefined;
    return { primaries, transfer, isFullRange: range !== 0 };
  }
  return undefined;
}
