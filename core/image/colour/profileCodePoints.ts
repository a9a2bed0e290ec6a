import type { CodePoints } from './codePoints.ts';
import { profileTag } from './profileTags.ts';

/** The code points that a profile contains in addition to its curves (ICC.1:2022, 9.2.17 cicpTag); undefined when it gives none. */
export function profileCodePoints(icc: Uint8Array): CodePoints | undefined {
  const [primaries, transfer, , range] = profileTag(icc, 'cicp')?.subarray(8, 12) ?? [];
  if (primaries === undefined || transfer === undefined || range === undefined) return undefined;
  return { primaries, transfer, isFullRange: range !== 0 };
}
