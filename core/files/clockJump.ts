import { readFileSync } from 'node:fs';
import { writeWhole } from './writeWhole.ts';

/**
 * Whether the clock may be wrong, which makes the age of files meaningless: since the last call it has gone back, or
 * forward by more than that. Also true for the first call, and after the program was really not used for that long.
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
