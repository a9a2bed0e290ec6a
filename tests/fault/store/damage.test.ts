import { expect, test } from 'vitest';
import { damageRounds } from '../../support/damageRounds.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('250 damages of a closed store: no abort, and no row with another meaning', async () => {
  const { results, aborts } = await damageRounds(temporaryFolder(), 250, 'sealed');
  const noted = results.filter(({ notes }) => notes.length > 0).length;
  console.log(`250 damages: ${aborts.length} aborts, ${noted} reported`);
  expect(aborts).toEqual([]);
  expect(results.filter(({ silent }) => silent)).toEqual([]);
});

test('100 damages of a store that was never closed: no abort', async () => {
  const { results, aborts } = await damageRounds(temporaryFolder(), 100, 'open');
  expect([results.length, aborts]).toEqual([100, []]);
});
