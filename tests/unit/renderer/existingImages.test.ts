import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { ExistingImages } from '../../../renderer/state/settings/existingImages.svelte.ts';
import {
  FIRST_WATCH_FORM,
  type WatchedFolderForm,
} from '../../../renderer/state/settings/watchedFolders.svelte.ts';

const TYPING_MS = 300;

function form(folder: string): WatchedFolderForm {
  return { ...FIRST_WATCH_FORM, folder };
}

beforeEach(() => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
});

test('a folder is counted once, when its name has not changed for a moment', async () => {
  const counted: string[] = [];
  const countImages = ({ folder }: WatchedFolderForm) => {
    counted.push(folder);
    return Promise.resolve(folder.length);
  };
  const existing = new ExistingImages({ countImages });
  for (const folder of ['/p', '/ph', '/photos']) existing.look(form(folder));
  expect([existing.count, counted]).toEqual([undefined, []]);
  await vi.advanceTimersByTimeAsync(TYPING_MS);
  expect([existing.count, counted]).toEqual([7, ['/photos']]);
});

test('a count that arrives after the folder has changed is dropped', async () => {
  const answers = new Map<string, (count: number) => void>();
  const countImages = ({ folder }: WatchedFolderForm) =>
    new Promise<number>((resolve) => answers.set(folder, resolve));
  const existing = new ExistingImages({ countImages });
  existing.look(form('/old'));
  await vi.advanceTimersByTimeAsync(TYPING_MS);
  existing.look(form('/new'));
  answers.get('/old')?.(1);
  await vi.advanceTimersByTimeAsync(TYPING_MS);
  expect(existing.count).toBeUndefined();
  answers.get('/new')?.(2);
  await vi.advanceTimersByTimeAsync(0);
  expect(existing.count).toBe(2);
});
