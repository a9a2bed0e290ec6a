import { expect, test } from 'vitest';
import { killRounds } from '../support/killRounds.ts';

// The full form is tests/fault/kill.test.ts.
test('killed at random moments, a batch is resumed: nothing lost, nothing twice, nothing half done', async () => {
  const report = await killRounds({ model: 'nearest', pictures: 40, kills: 6, seed: 7 });
  expect(report).toMatchObject({ problems: [], inputsChanged: 0 });
  expect(report.kills.host).toBeGreaterThan(2);
}, 180_000);
