import { expect, test } from 'vitest';
import { killRounds } from '../support/killRounds.ts';

test.each([
  { model: 'nearest', pictures: 500, kills: 200, seed: 1 },
  { model: 'fast', pictures: 500, kills: 200, seed: 2 },
])(
  'killed $kills times at random moments of batches of $images images ($model): nothing lost, twice or half',
  async (plan) => {
    const report = await killRounds(plan);
    process.stderr.write(`${JSON.stringify({ ...plan, ...report })}\n`);
    expect(report).toMatchObject({ problems: [], inputsChanged: 0 });
  },
  3_600_000,
);
