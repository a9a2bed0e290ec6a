import { describe, expect, test } from 'vitest';
import type { Destination, Source } from '../../../core/api/batchSpec.ts';
import { RecentFolders } from '../../../renderer/state/draft/recentFolders.svelte.ts';

const ROOTS = [{ id: 'r1', name: 'Photos' }];
const BESIDE: Destination = { kind: 'beside', folderName: 'enlarged' };
const path = (name: string): Source & Destination => ({ kind: 'path', path: name });

function memory() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  };
}

describe('recent folders', () => {
  test('are those of the last batches, newest first, each once, and kept for the next window', () => {
    const kept = memory();
    const recent = new RecentFolders(kept, ROOTS);
    expect(recent.isEmpty).toBe(true);
    recent.note({ sources: [path('/trip/a.jpg'), path('/trip/b.jpg'), path('/scans')], destination: BESIDE });
    recent.note({ sources: [path('C:\\new\\c.png')], destination: path('/out') });
    recent.note({ sources: [path('/trip')], destination: path('/out') });
    const next = new RecentFolders(kept, ROOTS);
    expect(next.inputs.map((folder) => next.wordsOf(folder).place)).toEqual(['/trip', 'C:\\new', '/scans']);
    expect(next.outputs.map((folder) => next.wordsOf(folder).name)).toEqual(['out']);
  });

  test('are not more than eight, and gone when they are forgotten', () => {
    const kept = memory();
    const recent = new RecentFolders(kept, ROOTS);
    for (let index = 0; index < 12; index++) {
      recent.note({ sources: [path(`/folder ${index}`)], destination: path(`/out ${index}`) });
    }
    expect(recent.inputs).toHaveLength(8);
    expect(recent.outputs.map((folder) => recent.wordsOf(folder).name)[0]).toBe('out 11');
    recent.forget();
    expect(recent.isEmpty).toBe(true);
    expect(new RecentFolders(kept, ROOTS).isEmpty).toBe(true);
  });

  test('in roots that are no longer open are left out', () => {
    const recent = new RecentFolders(memory(), ROOTS);
    const inRoot = (rootId: string, relative: string): Source => ({ kind: 'root', rootId, relative });
    recent.note({ sources: [inRoot('r1', '2024/a.jpg'), inRoot('r2', 'gone')], destination: BESIDE });
    expect(recent.inputs.map((folder) => recent.wordsOf(folder))).toEqual([
      { name: '2024', place: 'Photos/2024' },
    ]);
  });

  test('uploads, and entries of another version, have no folder', () => {
    const kept = memory();
    kept.setItem('recent.folders', '{"inputs":"?"}');
    const recent = new RecentFolders(kept, ROOTS);
    recent.note({ sources: [{ kind: 'upload', uploadId: 'u' }], destination: { kind: 'downloads' } });
    expect(recent.isEmpty).toBe(true);
  });
});
