import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defined } from '../../core/api/defined.ts';
import { CrashRig, fingerprintsOf } from './crashRig.ts';

/** System calls that change a disk, with the names that different systems give them. */
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
  /** Which calls; without it, all of them until a batch completes. */
  readonly at?: readonly number[];
  /** As on a volume without hard links (exFAT, some network shares). */
  readonly refusesLinks?: boolean;
  /** Where results go: an empty folder, which is emptied again after each kill. */
  readonly output?: string;
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
  /** The number of runs that were killed. */
  readonly kills: number;
  readonly problems: readonly string[];
}

/** Kills a batch at the n-th call, resumes it, and inspects the outcome. */
async function killAt(
  kind: SyscallKind,
  n: number,
  { refusesLinks = false, output }: KillOptions,
): Promise<{ isKilled: boolean; problem?: string }> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-syscall-'));
  try {
    const rig = new CrashRig({
      folder,
      pictures: 3,
      model: 'nearest',
      ...defined({ output }),
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
    if (output !== undefined)
      for (const name of readdirSync(output)) rmSync(path.join(output, name), { recursive: true });
  }
}

/** More calls than a batch of three makes. */
const MAX_CALLS = 1_000;

/** Where to continue a long series that was stopped, and how many calls to advance each time. */
const FIRST_KILL = Number(process.env['ENLARGER_FIRST_KILL'] ?? 1);
const KILL_STEP = Number(process.env['ENLARGER_KILL_STEP'] ?? 1);

function everyCall(): number[] {
  return Array.from({ length: MAX_CALLS }, (_, index) => FIRST_KILL + index * KILL_STEP);
}

/** Kills a batch at its first, second, … call of a kind. Each has a separate folder and list of jobs, so several can run at once. */
export async function killAtSyscalls(kind: SyscallKind, options: KillOptions = {}): Promise<SyscallReport> {
  const { at = everyCall(), output } = options;
  const problems: string[] = [];
  let kills = 0;
  let isThrough = false;
  const calls = at.values();
  const killInTurn = async (): Promise<void> => {
    for (const n of calls) {
      if (isThrough) return;
      const { isKilled, problem } = await killAt(kind, n, options);
      if (problem !== undefined) problems.push(problem);
      process.stderr.write(`${kind} ${n}: ${problem ?? (isKilled ? 'resumed' : 'not reached')}\n`);
      if (isKilled) kills++;
      else if (options.at === undefined) isThrough = true;
    }
  };
  const lanes = output === undefined ? Math.min(4, os.availableParallelism()) : 1;
  await Promise.all(Array.from({ length: lanes }, killInTurn));
  return { kind, kills, problems };
}
