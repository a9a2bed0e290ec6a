import { readdirSync } from 'node:fs';
import os from 'node:os';

/** +10 on POSIX systems, "below normal" on Windows. */
const PRIORITY = os.constants.priority.PRIORITY_BELOW_NORMAL;

/** On Linux each thread has a priority of its own, and those of Node exist before the first line of a script runs. */
function threadIds(): number[] {
  return process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid];
}

/** Lets programs that a person works with go first. A process that already has a lower priority keeps it. */
export function lowerPriority(): void {
  for (const id of threadIds()) {
    try {
      os.setPriority(id, Math.max(os.getPriority(id), PRIORITY));
    } catch {
      // The thread has ended, or a sandbox forbids it: the work is the same.
    }
  }
}
