import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import type { Sharing, SharingChange } from '../../../core/api/programSettings.ts';
import type { SharingParts } from '../../../core/host/hostParts.ts';
import { sharingOf } from '../../../core/sharing/sharingOf.ts';
import { openTestHost, type TestHost } from '../../support/hostParts.ts';
import { hasRedis, startRedis } from '../../support/redisServer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const SHARING: Sharing = { queue: 'redis://127.0.0.1:1', roots: [{ name: 'photos', folder: '/photos' }] };

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function openWith(sharing?: SharingParts): Promise<TestHost['host']> {
  const opened = await openTestHost(temporaryFolder(), {
    parts: sharing === undefined ? {} : { sharing },
  });
  onTestFinished(() => opened.close());
  return opened.host;
}

test('settings for other machines are refused where they have no say, as in a browser', async () => {
  const { api } = await openWith();
  await expect(api.updateSettings({ sharing: SHARING })).rejects.toMatchObject({ code: 'request/forbidden' });
  await expect(api.updateSettings({ sharing: null })).rejects.toMatchObject({ code: 'request/forbidden' });
  expect((await api.updateSettings({ theme: 'dark' })).sharing).toBeNull();
});

test('settings for other machines are tried before they are saved', async () => {
  const tried: (Sharing | null)[] = [];
  const { api } = await openWith({
    adopt: (sharing) => {
      tried.push(sharing);
      if (tried.length === 1) throw new EnlargerError('queue/unreachable', 'No answer.');
      return Promise.resolve();
    },
  });
  await expect(api.updateSettings({ sharing: SHARING })).rejects.toMatchObject({ code: 'queue/unreachable' });
  expect((await api.getSettings({})).sharing).toBeNull();
  // The password is not told to any page.
  const changed = await api.updateSettings({ sharing: { ...SHARING, password: 'secret' } });
  expect(changed.sharing).toEqual(SHARING);
  expect((await api.getSettings({})).sharing).toEqual(SHARING);
  const told = { ...SHARING, queue: 'redis://me:secret@127.0.0.1:1' };
  await expect(api.updateSettings({ sharing: told })).rejects.toMatchObject({ code: 'request/invalid' });
  expect((await api.updateSettings({ sharing: null })).sharing).toBeNull();
  expect(tried).toEqual([SHARING, { ...SHARING, password: 'secret' }, null]);
});

test.each([
  { what: 'a folder that is missing', sharing: SHARING, code: 'usage/invalid-option' },
  {
    what: 'a server that is away',
    sharing: { ...SHARING, roots: [{ name: 'here', folder: '.' }] },
    code: 'queue/unreachable',
  },
])('with $what the program works alone, and the window can show why', async ({ sharing, code }) => {
  const parts = await sharingOf(sharing, { dataFolder: temporaryFolder(), log: SILENT });
  expect(parts.widenPool).toBeUndefined();
  expect(parts.sharing?.problem).toMatchObject({ code });
  await expect(parts.sharing?.adopt(sharing, null)).rejects.toMatchObject({ code });
  const { api } = await openWith(parts.sharing);
  expect(await api.listMachines({})).toMatchObject({ isShared: false, problem: { code } });
});

test.skipIf(!hasRedis)('a password is kept for its server and for no other', async () => {
  const redis = await startRedis();
  onTestFinished(() => redis.close());
  const client = new Redis(redis.url);
  await client.config('SET', 'requirepass', 'secret');
  client.disconnect();
  const dataFolder = temporaryFolder();
  const kept = (): boolean => existsSync(path.join(dataFolder, 'queue-password'));
  const sharing = { queue: redis.url, roots: [{ name: 'here', folder: dataFolder }] };
  const adopt = async (change: SharingChange | null, before: Sharing | null): Promise<void> => {
    const parts = await sharingOf(null, { dataFolder, log: SILENT });
    await parts.sharing?.adopt(change, before);
  };
  await expect(adopt(sharing, null)).rejects.toMatchObject({ code: 'queue/refused' });
  await expect(adopt({ ...sharing, password: 'wrong' }, null)).rejects.toMatchObject({
    code: 'queue/refused',
  });
  expect(kept()).toBe(false);
  await adopt({ ...sharing, password: 'secret' }, null);
  expect(statSync(path.join(dataFolder, 'queue-password')).mode & 0o077).toBe(0);
  await adopt(sharing, sharing);
  expect(kept()).toBe(true);
  await expect(adopt(sharing, { ...sharing, queue: 'redis://elsewhere:6379' })).rejects.toMatchObject({
    code: 'queue/refused',
  });
  await adopt(null, sharing);
  expect(kept()).toBe(false);
});
