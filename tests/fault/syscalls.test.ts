import { expect, test } from 'vitest';
import { canInject, killAtSyscalls, SYSCALLS, type SyscallKind } from '../support/killAtSyscall.ts';

const KINDS = Object.keys(SYSCALLS) as SyscallKind[];

test.skipIf(!canInject()).each(KINDS)(
  'killed at every %s in turn, a batch of three is resumed: nothing lost, twice or half done',
  async (kind) => {
    const report = await killAtSyscalls(kind);
    process.stderr.write(`${JSON.stringify(report)}\n`);
    expect(report.problems).toEqual([]);
    expect(report.kills).toBeGreaterThan(0);
  },
  3_600_000,
);

/** Nothing is killed at a link that is refused. */
const KINDS_WITHOUT_LINKS = KINDS.filter((kind) => kind !== 'link');

test.skipIf(!canInject()).each(KINDS_WITHOUT_LINKS)(
  'on a volume without hard links, killed at every %s in turn, a batch of three is resumed',
  async (kind) => {
    const report = await killAtSyscalls(kind, { refusesLinks: true });
    process.stderr.write(`${JSON.stringify(report)}\n`);
    expect(report.problems).toEqual([]);
    expect(report.kills).toBeGreaterThan(0);
  },
  3_600_000,
);
