import { describe, expect, test } from 'vitest';
import { BatchOptions } from '../../../renderer/state/draft/batchOptions.svelte.ts';
import { Presets } from '../../../renderer/state/draft/presets.svelte.ts';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import {
  FIRST_WATCH_FORM,
  listOf,
  WatchedFolders,
} from '../../../renderer/state/settings/watchedFolders.svelte.ts';
import { standInConnection } from './standInConnection.ts';

async function watch(lists: { include?: string; exclude?: string }) {
  const { host } = standInConnection();
  const watched = new WatchedFolders(host.api, new Notices());
  await watched.add({ ...FIRST_WATCH_FORM, folder: '/photos', presetId: 'p', ...lists });
  return watched;
}

describe('watched folders', () => {
  test.each([
    { text: '', patterns: [] },
    { text: ' *.jpg , finals/**,, ', patterns: ['*.jpg', 'finals/**'] },
    { text: '*.jpg\nfinals/**', patterns: ['*.jpg', 'finals/**'] },
    { text: '*.{jpg,png}, a{b', patterns: ['*.{jpg,png}', 'a{b'] },
  ])('"$text" is a list of patterns', async ({ text, patterns }) => {
    const watched = await watch({ include: text, exclude: text });
    expect(watched.list).toMatchObject([{ include: patterns, exclude: patterns }]);
    expect(listOf(patterns)).toBe(patterns.join(', '));
  });

  test('existing images are ignored unless the user includes them', async () => {
    const { host } = standInConnection();
    const asked: unknown[] = [];
    const api = {
      ...host.api,
      addWatchedFolder: (input: Parameters<typeof host.api.addWatchedFolder>[0]) => {
        asked.push(input.leaveExisting);
        return host.api.addWatchedFolder(input);
      },
    };
    const watched = new WatchedFolders(api, new Notices());
    await watched.add({ ...FIRST_WATCH_FORM, folder: '/photos', presetId: 'p' });
    await watched.add({ ...FIRST_WATCH_FORM, folder: '/more', presetId: 'p', takesExisting: true });
    expect(asked).toEqual([true, false]);
  });

  test('settings of a watched folder change neither a saved preset nor another folder', async () => {
    const { host, connection } = standInConnection();
    const presets = new Presets(host.api, new Notices());
    const { batch } = new BatchOptions(connection.info.capabilities);
    await presets.saveBatch('Mine', batch);
    const one = await presets.saveForFolder('Mine', { ...batch, exists: 'overwrite' });
    const other = await presets.saveForFolder('Mine', { ...batch, exists: 'skip' });
    expect(presets.own.map(({ name, batch: own }) => [name, own.exists])).toEqual([['Mine', 'rename']]);
    expect(presets.list).toHaveLength(3);
    expect([one?.batch.exists, other?.batch.exists]).toEqual(['overwrite', 'skip']);
  });

  test('one list of patterns can be changed later without the other', async () => {
    const watched = await watch({ include: '*.jpg', exclude: 'drafts/**' });
    const [folder] = watched.list;
    await watched.setPatterns(folder?.id ?? 0, { include: '*.png, *.tif' });
    expect(watched.list).toMatchObject([{ include: ['*.png', '*.tif'], exclude: ['drafts/**'] }]);
  });
});
