import { readFileSync } from 'node:fs';
import { writeWhole } from './writeWhole.ts';

/**
 * Whether the clock may be wrong, so that the age of a file means nothing: since the last call it has gone back, or
 * forward by more than that. It is also true of the first call, and after a real absence of that length.
 *
 * @param stampFile Keeps the time of the last call.
 */
export function mayClockBeWrong(stampFile: string, maxGapMs: number): boolean {
  const now = Date.now();
  const gapMs = now - timeIn(stampFile);
  try {
    writeWhole(stampFile, String(now));
  } catch {
    return true; // a full or read-only disk
  }
  return !(gapMs >= 0 && gapMs <= maxGapMs);
}

/** The time that the file keeps; NaN if it is missing. */
function timeIn(stampFile: string): number {
  try {
    return Number.parseInt(readFileSync(stampFile, 'utf8'), 10);
  } catch {
    return Number.NaN;
  }
}
