import { expect, test } from 'vitest';
import { attackAll, expectAlive, expectHarmlessAccepted, startVictim } from '../../support/attackServer.ts';

// The slow ones are in tests/fault/server.
test('no request of the attack table is accepted, and our own page still works', async () => {
  const context = await startVictim();
  await expectHarmlessAccepted(context);
  const outcomes = await attackAll(context);
  expect(outcomes.length).toBeGreaterThanOrEqual(60);
  const accepted = outcomes.filter(({ isAccepted }) => isAccepted);
  expect(accepted.map(({ attack, status }) => `${attack.group}: ${attack.name} → ${status}`)).toEqual([]);
  expect(context.server.bugs).toEqual([]);
  await expectAlive(context.server);
});
