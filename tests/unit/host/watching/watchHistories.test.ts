import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { playHistory } from '../../../support/watchHistories/playHistory.ts';

// 2,000 of them are in tests/fault/watch.
test('random histories of a watched folder: nothing is lost, enlarged twice or skipped silently', async () => {
  const problems = await Promise.all([1, 2, 3, 4].map((seed) => playHistory(temporaryFolder(), seed)));
  expect(problems.flat()).toEqual([]);
});
