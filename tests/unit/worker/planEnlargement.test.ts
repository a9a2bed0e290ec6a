import path from 'node:path';
import { expect, test } from 'vitest';
import { readModelRegistry, type InstalledModel } from '../../../core/models/modelRegistry.ts';
import { planEnlargement } from '../../../core/worker/planEnlargement.ts';
import { installModel } from '../../support/nearestNetwork.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const FROM = { width: 10, height: 8 };
const FOUR_TIMES = { width: 40, height: 32 };

function models(): () => Promise<readonly InstalledModel[]> {
  const folder = path.join(temporaryFolder(), 'models');
  installModel(folder, 'clean', 1, { change: { family: 'clean' } });
  installModel(folder, 'large', 4, { change: { family: 'large' } });
  return () => readModelRegistry(folder);
}

test.each([
  { choice: { model: 'large', first: ['clean'] }, to: FOUR_TIMES, ids: ['clean', 'large'] },
  { choice: { model: 'large', first: ['clean', 'clean'] }, to: FROM, ids: ['clean', 'clean'] },
  { choice: { model: 'bicubic', first: ['clean'] }, to: FOUR_TIMES, ids: ['clean', 'bicubic'] },
  { choice: { model: 'clean' }, to: FROM, ids: ['clean'] },
])('$choice runs $ids', async ({ choice, to, ids }) => {
  const { passes } = await planEnlargement({ strength: 1, ...choice }, models(), FROM, to);
  expect(passes.map(({ id }) => id)).toEqual(ids);
});

test.each([
  { what: 'a network that enlarges cannot run first', choice: { model: 'large', first: ['large'] } },
  { what: 'a network that cleans up cannot enlarge', choice: { model: 'clean' } },
])('$what', async ({ choice }) => {
  const planned = planEnlargement({ strength: 1, ...choice }, models(), FROM, FOUR_TIMES);
  await expect(planned).rejects.toMatchObject({ code: 'usage/invalid-option' });
});
