import { readdirSync, readFileSync } from 'node:fs';

/** Largest resident memory so far, in bytes, of any process of a group, from /proc. */
export function peakOfGroup(groupId: number): number {
  let most = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const group = Number(/\) \S \d+ (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
      if (group !== groupId) continue;
      const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
      most = Math.max(most, Number(peak ?? 0) * 1024);
    } catch {
      // The process ended between two looks.
    }
  }
  return most;
}
