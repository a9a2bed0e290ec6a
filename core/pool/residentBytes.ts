import { readFileSync } from 'node:fs';

/**
 * Resident memory of a process, as the system counts it.
 *
 * @returns Undefined if the process is gone, and on systems other than Linux: there the worker's own report counts.
 */
export function residentBytes(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    // Not `statm`: that one counts pages, whose size differs between machines.
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    // It has ended; its exit is reported by other means.
    return undefined;
  }
}
