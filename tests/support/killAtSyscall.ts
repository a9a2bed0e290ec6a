import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CrashRig, fingerprintsOf } from './crashRig.ts';

/** Calls by which something becomes so on a disk, in the names that different systems give them. */
export const SYSCALLS = {
  fsync: 'fsync,fdatasync',
  link: 'link,linkat',
  unlink: 'unlink,unlinkat',
  rename: 'rename,renameat,renameat2',
  write: 'pwrite64,ftruncate',
} as const;

export type SyscallKind = keyof typeof SYSCALLS;

/** Whether this machine can kill a program at a system call of our choice. */
export function canInject(): boolean {
  try {
    execFileSync('strace', [
      '-f',
      '-qq',
      '-o',
      os.devNull,
      '-e',
      'inject=fsync:signal=KILL:when=1000',
      'true',
    ]);
    return true;
  } catch {
    return false;
  }
}

export interface KillOptions {
  /** Which calls; without it all of them, until a batch comes through. */
  readonly at?: readonly number[];
  /** As on a volume without hard links (exFAT, some network shares). */
  readonly refusesLinks?: boolean;
}

/** Kills the host, but no worker, at its n-th call of a kind. */
function injection(kind: SyscallKind, n: number, refusesLinks: boolean): string[] {
  const calls = SYSCALLS[kind];
  const refused = refusesLinks ? ['-e', `inject=${SYSCALLS.link}:error=EPERM`] : [];
  const traced = refusesLinks ? `${SYSCALLS.link},${calls}` : calls;
  const inject = ['-e', `trace=${traced}`, ...refused, '-e', `inject=${calls}:signal=KILL:when=${n}`];
  // One thread for file operations, because each thread counts its own calls; children are not traced from their start.
  return ['env', 'UV_THREADPOOL_SIZE=1', 'strace', '-f', '-b', 'execve', '-qq', '-o', os.devNull, ...inject];
}

export interface SyscallReport {
  readonly kind: SyscallKind;
  /** Runs that were killed. */
  readonly kills: number;
  readonly problems: readonly string[];
}

/** Kills a batch at the n-th call, resumes it, and inspects the outcome. */
async function killAt(
  kind: SyscallKind,
  n: number,
  refusesLinks: boolean,
): Promise<{ isKilled: boolean; problem?: string }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-syscall-'));
  try {
    const rig = new CrashRig({
      folder,
      pictures: 3,
      model: 'nearest',
      // Without links, every result gets its name by renaming.
      exists: kind === 'rename' && !refusesLinks ? 'overwrite' : 'rename',
    });
    const before = JSON.stringify(fingerprintsOf(rig.sources));
    const code = await rig.afterEnd(rig.start(injection(kind, n, refusesLinks)));
    const found = await rig.finish();
    const isSound =
      JSON.stringify(found) === JSON.stringify(rig.expected) &&
      JSON.stringify(fingerprintsOf(rig.sources)) === before;
    return { isKilled: code !== 0, ...(!isSound && { problem: `${kind} ${n}: ${JSON.stringify(found)}` }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Kills a batch at its first, second, … call of a kind. */
export async function killAtSyscalls(
  kind: SyscallKind,
  { at, refusesLinks = false }: KillOptions = {},
): Promise<SyscallReport> {
  const problems: string[] = [];
  let kills = 0;
  for (let n = 1; n < 1_000; n++) {
    if (at !== undefined && !at.includes(n)) {
      if (n > Math.max(...at)) break;
      continue;
    }
    const { isKilled, problem } = await killAt(kind, n, refusesLinks);
    if (problem !== undefined) problems.push(problem);
    if (isKilled) kills++;
    else if (at === undefined) break;
  }
  return { kind, kills, problems };
}
