import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { dropStorm } from './dropStorm.ts';

test('10,000 files dropped in every way: none early, none missed, none twice', async () => {
  const result = await dropStorm(temporaryFolder(), 10_000);
  console.log('watched folder, 10,000 files:', JSON.stringify(result));
  expect(result).toEqual({ early: 0, missed: 0, twice: 0, taken: 10_000 });
});
