import { describe, expect, test } from 'vitest';
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

  test('one list of patterns is changed later, and the other stays', async () => {
    const watched = await watch({ include: '*.jpg', exclude: 'drafts/**' });
    const [folder] = watched.list;
    await watched.setPatterns(folder?.id ?? 0, { include: '*.png, *.tif' });
    expect(watched.list).toMatchObject([{ include: ['*.png', '*.tif'], exclude: ['drafts/**'] }]);
  });
});
