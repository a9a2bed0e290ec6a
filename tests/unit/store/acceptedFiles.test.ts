import { beforeEach, describe, expect, test } from 'vitest';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import type { Store } from '../../../core/store/store.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';

const SETTINGS = {
  ...{ presetId: 'p', settleMs: 2_000, include: [], exclude: [] },
  ...{ recursive: true, paused: false },
};

function fileOf(index: number, mtimeNs = '1') {
  const name = `${index}.png`;
  return { path: `/photos/${name}`, relativePath: name, sizeBytes: 10, mtimeNs, inode: `1:${index}` };
}

describe('accepted files', () => {
  let store: Store;
  let folderId: number;
  let batchId: number;

  beforeEach(() => {
    store = openMemoryStore();
    folderId = store.watchedFolders.save('/photos', SETTINGS);
    batchId = store.addBatch(sampleBatch(), 0, waitingJobs(3));
    for (const index of [0, 1, 2])
      store.acceptedFiles.add(folderId, fileOf(index), { requestHash: 'hash', batchId });
  });

  const endNext = (end: 'done' | 'failed'): number => {
    const job = store.transitions.takeNext(() => ({ tempPath: '', scratchFolder: '' }))!;
    if (end === 'failed')
      store.transitions.end(job, {
        kind: 'failed',
        error: { code: 'image/corrupt', message: 'It is cut off.' },
      });
    else
      store.transitions.end(job, { kind: 'skipped', reason: 'output-exists', outputPath: '/enlarged/x.png' });
    return job.id;
  };

  test('are known in exactly this version, for this request', () => {
    expect(store.acceptedFiles.has(folderId, fileOf(0), 'hash')).toBe(true);
    expect(store.acceptedFiles.has(folderId, fileOf(0, '2'), 'hash')).toBe(false);
    expect(store.acceptedFiles.has(folderId, fileOf(0), 'other')).toBe(false);
    expect(store.acceptedFiles.has(folderId + 1, fileOf(0), 'hash')).toBe(false);
  });

  test('are finished or failed with their jobs, until they are settled', () => {
    const [done, failed] = [endNext('done'), endNext('failed')];
    expect(store.acceptedFiles.finished(folderId, 'hash')).toEqual([{ ...fileOf(0), jobId: done }]);
    expect(store.acceptedFiles.finished(folderId, 'hash', fileOf(0).path)).toEqual([]);
    expect(store.acceptedFiles.finished(folderId, 'other')).toEqual([]);
    expect(store.acceptedFiles.failed(folderId)).toEqual([{ ...fileOf(1), jobId: failed }]);
    expect(store.acceptedFiles.folderOf(done)).toBe(folderId);
    expect(store.acceptedFiles.folderOf(99)).toBeUndefined();
    store.acceptedFiles.settle(folderId, fileOf(0).path);
    expect(store.acceptedFiles.finished(folderId, 'hash')).toEqual([]);
  });

  test('that are ignored count as accepted for every request, and have no job', () => {
    store.acceptedFiles.addLeft(folderId, [fileOf(7)]);
    expect(store.acceptedFiles.has(folderId, fileOf(7), 'any')).toBe(true);
    expect(store.acceptedFiles.has(folderId, fileOf(7, '2'), 'any')).toBe(false);
    expect(store.acceptedFiles.finished(folderId, 'any')).toEqual([]);
  });

  test('are new again once they are forgotten, but not if a newer version was accepted', () => {
    store.acceptedFiles.forgetVersion(folderId, fileOf(0, '0'));
    expect(store.acceptedFiles.paths(folderId)).toHaveLength(3);
    store.acceptedFiles.forgetVersion(folderId, fileOf(0));
    store.acceptedFiles.forget(folderId, [fileOf(1).path]);
    expect(store.acceptedFiles.paths(folderId)).toEqual([fileOf(2).path]);
    store.acceptedFiles.forgetBelow(folderId, '/photos/');
    expect(store.acceptedFiles.paths(folderId)).toEqual([]);
  });
});

describe('watched folders', () => {
  test('keep their settings, count their images and are stored once for each folder', () => {
    const { watchedFolders } = openMemoryStore();
    const id = watchedFolders.save('/photos', SETTINGS);
    expect(watchedFolders.save('/photos', { ...SETTINGS, paused: true })).toBe(id);
    watchedFolders.noteAccepted(id, 3);
    watchedFolders.noteAccepted(id, 2);
    expect(watchedFolders.list()).toMatchObject([
      { folder: '/photos', settings: { paused: true }, taken: 5 },
    ]);
    watchedFolders.update(id, { ...SETTINGS, include: ['*.jpg'] });
    expect(watchedFolders.get(id)?.settings).toEqual({ ...SETTINGS, include: ['*.jpg'] });
    expect([watchedFolders.remove(id), watchedFolders.remove(id)]).toEqual([true, false]);
  });

  test('list skipped files newest first, and forget the oldest', () => {
    const { watchedFolders } = openMemoryStore();
    const id = watchedFolders.save('/photos', SETTINGS);
    const error = { code: 'image/unsupported-format', message: 'It is not an image.' } as const;
    for (let index = 0; index < 210; index++) watchedFolders.noteSkipped(id, `${index}.txt`, error);
    const skipped = watchedFolders.passedOver(id);
    expect(skipped[0]).toMatchObject({ name: '209.txt', error });
    expect(skipped.map(({ name }) => name)).not.toContain('0.txt');
  });
});
