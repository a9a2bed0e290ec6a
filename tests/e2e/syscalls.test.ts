import { expect, test } from 'vitest';
import { canInject, killAtSyscalls } from '../support/killAtSyscall.ts';

// The full form, every call of every kind, is tests/fault/syscalls.test.ts.
test.skipIf(!canInject()).each([
  { kind: 'link', at: [1] },
  { kind: 'fsync', at: [6] },
  // Between claiming a name with an empty file and moving the result there.
  { kind: 'rename', at: [1], refusesLinks: true },
] as const)(
  'killed at a $kind, a batch is resumed: nothing lost, twice or half done',
  async ({ kind, ...options }) => {
    const { at } = options;
    const report = await killAtSyscalls(kind, options);
    expect(report).toEqual({ kind, kills: at.length, problems: [] });
  },
  120_000,
);
