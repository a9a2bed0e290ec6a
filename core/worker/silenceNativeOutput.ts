import { closeSync, openSync } from 'node:fs';
import os from 'node:os';

/**
 * Discards this process' error stream. Graphics drivers write to it directly, and a process that only probes a device
 * reports its result by message.
 */
export function silenceNativeOutput(): void {
  closeSync(2);
  // The system assigns the lowest free descriptor: the one that was just closed.
  openSync(os.devNull, 'w');
}
