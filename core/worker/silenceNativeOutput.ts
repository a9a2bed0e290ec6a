import { closeSync, openSync } from 'node:fs';
import os from 'node:os';

/**
 * Sends this process' error stream nowhere. Graphics drivers write there past Node, and a process that only tries a
 * device says what it found by message.
 */
export function silenceNativeOutput(): void {
  closeSync(2);
  // The lowest free number is taken: the one that was just given back.
  openSync(os.devNull, 'w');
}
