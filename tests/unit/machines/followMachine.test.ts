import path from 'node:path';
import { expect, test } from 'vitest';
import { attemptFiles } from '../../../core/machines/attemptFiles.ts';
import { followMachine } from '../../../core/machines/followMachine.ts';
import type { HandOut } from '../../../core/machines/handOutBook.ts';
import { LEASE_BEATS } from '../../../core/machines/queueKeys.ts';
import { PRESENCE, WORK } from '../../support/machineMessages.ts';
import { makeJobs } from '../../support/memoryMachines.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function handOut(): HandOut {
  const folder = temporaryFolder();
  const [job] = makeJobs(folder, 1);
  if (job === undefined) throw new Error('there is no job');
  const callbacks = { signal: new AbortController().signal, onProgress: () => undefined };
  const ends = { resolve: () => undefined, reject: () => undefined };
  const task = {
    job,
    callbacks,
    order: 1,
    excluded: new Set<string>(),
    shared: undefined,
    isLocalOnly: false,
  };
  return {
    ...{ id: WORK.attempt, task: { ...task, ...ends }, machine: PRESENCE.id },
    files: attemptFiles(path.join(folder, 'out'), WORK.attempt),
    record: { machine: PRESENCE.id, workKey: 'a'.repeat(64) },
    ...{ state: 'sent', checksUnseen: 0, checksUnbegun: 0 },
  };
}

test('work goes to others when its machine reports itself but begins nothing for the length of a lease', async () => {
  const given = handOut();
  const sentTo = (): Promise<Set<string>> => Promise.resolve(new Set([given.id]));
  const idle = { ...PRESENCE, held: [] };
  for (let look = 1; look < LEASE_BEATS; look++) {
    expect((await followMachine(idle, [given], sentTo)).lost).toEqual([]);
  }
  expect((await followMachine(idle, [given], sentTo)).lost).toEqual([given]);
  expect(given.task.excluded).toEqual(new Set([PRESENCE.id]));
});
