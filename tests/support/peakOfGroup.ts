import { readdirSync, readFileSync } from 'node:fs';

/** A figure in bytes of each process of a group, from /proc. */
function figuresOfGroup(groupId: number, field: 'VmHWM' | 'VmRSS'): number[] {
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const group = Number(/\) \S \d+ (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8'))?.[1]);
      if (group !== groupId) continue;
      const status = readFileSync(`/proc/${name}/status`, 'utf8');
      found.push(Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // The process ended between two looks.
    }
  }
  return found;
}

/** Largest resident memory so far, in bytes, of any process of a group. */
export function peakOfGroup(groupId: number): number {
  return Math.max(0, ...figuresOfGroup(groupId, 'VmHWM'));
}

/** Resident memory of all processes of a group together now, in bytes; pages that they share count for each. */
export function memoryOfGroup(groupId: number): number {
  return figuresOfGroup(groupId, 'VmRSS').reduce((sum, one) => sum + one, 0);
}
