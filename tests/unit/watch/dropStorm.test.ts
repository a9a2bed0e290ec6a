import { expect, test } from 'vitest';
import { dropStorm } from '../../fault/watch/dropStorm.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('140 files dropped in every way are all accepted, once each and never early', async () => {
  expect(await dropStorm(temporaryFolder(), 140)).toEqual({ early: 0, missed: 0, twice: 0, taken: 140 });
});
