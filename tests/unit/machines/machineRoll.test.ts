import { expect, test } from 'vitest';
import { MachineRoll } from '../../../core/machines/machineRoll.ts';
import { LEASE_BEATS } from '../../../core/machines/queueKeys.ts';
import { PRESENCE } from '../../support/machineMessages.ts';

function looks(roll: MachineRoll, count: number, found: Parameters<MachineRoll['look']>[0]): string[] {
  return Array.from({ length: count }, () => roll.look(found)).flatMap((gone) => gone.map(({ id }) => id));
}

test('a machine whose beat does not change is gone after the lease, and not before', () => {
  const roll = new MachineRoll();
  roll.look([PRESENCE]);
  expect(looks(roll, LEASE_BEATS - 1, [PRESENCE])).toEqual([]);
  expect(looks(roll, 1, [PRESENCE])).toEqual([PRESENCE.id]);
  expect(roll.all).toEqual([]);
});

test('its entry outlives it for a while without bringing it back; a new beat does', () => {
  const roll = new MachineRoll();
  looks(roll, LEASE_BEATS + 1, [PRESENCE]);
  looks(roll, 5, [PRESENCE]);
  expect(roll.all).toEqual([]);
  roll.look([{ ...PRESENCE, beat: PRESENCE.beat + 1 }]);
  expect(roll.all).toHaveLength(1);
});

test('a server that does not answer, or has lost everything, ends no machine before the lease', () => {
  const roll = new MachineRoll();
  roll.look([PRESENCE]);
  expect(looks(roll, 5, undefined)).toEqual([]);
  expect(looks(roll, 5, [])).toEqual([]);
  roll.look([{ ...PRESENCE, beat: 9 }]);
  expect(looks(roll, LEASE_BEATS - 1, undefined)).toEqual([]);
});

test('a machine that was leaving is gone with its entry', () => {
  const roll = new MachineRoll();
  roll.look([{ ...PRESENCE, state: 'draining' }]);
  expect(looks(roll, 1, [])).toEqual([PRESENCE.id]);
});
