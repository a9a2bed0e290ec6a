import { link } from 'node:fs/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type * as files from 'node:fs/promises';
import { MOVE_RACES, otherVolume, playMoveRaces } from '../../support/moveRaces.ts';

const ROUNDS = Number(process.env['ENLARGER_MOVES'] ?? 3_000);

const links = vi.hoisted(() => ({ areRefused: false }));

// Node's own module, not ours: there is no exFAT in a test.
vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof files>();
  const refused = (): Promise<void> => Promise.reject(Object.assign(new Error('refused'), { code: 'EPERM' }));
  return {
    ...original,
    link: (from: string, to: string) => (links.areRefused ? refused() : original.link(from, to)),
  };
});

afterEach(() => {
  links.areRefused = false;
});

describe.each(MOVE_RACES)('an original that is overwritten %s while it moves', (race) => {
  test(`loses nothing in ${ROUNDS} moves`, async () => {
    expect(await playMoveRaces(race, { rounds: ROUNDS })).toEqual([]);
  });

  test(`loses nothing in ${ROUNDS} moves without hard links`, async () => {
    links.areRefused = true;
    await expect(link('a', 'b')).rejects.toThrow('refused');
    expect(await playMoveRaces(race, { rounds: ROUNDS })).toEqual([]);
  });

  // A program that has the original open and writes only when it is copied and about to be removed is not covered.
  test.skipIf(otherVolume() === undefined || race === 'in place')(
    `loses nothing in ${ROUNDS} moves to another volume`,
    async () => {
      expect(await playMoveRaces(race, { rounds: ROUNDS, to: otherVolume() ?? '' })).toEqual([]);
    },
  );
});
