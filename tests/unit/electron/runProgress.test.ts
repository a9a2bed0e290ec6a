import { expect, test } from 'vitest';
import type { JobCounts } from '../../../core/api/views.ts';
import { RunProgress } from '../../../electron/window/runProgress.ts';

const NONE: JobCounts = { queued: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };

test('a run counts from its start, whatever ended before', () => {
  const progress = new RunProgress();
  expect(progress.update(false, { ...NONE, done: 90 })).toBeUndefined();
  expect(progress.update(true, { ...NONE, done: 90, queued: 9, running: 1 })).toBe(0);
  expect(progress.update(true, { ...NONE, done: 92, failed: 1, skipped: 1, cancelled: 1, queued: 5 })).toBe(
    0.5,
  );
  expect(progress.update(true, { ...NONE, done: 100 })).toBe(1);
  expect(progress.update(false, { ...NONE, done: 100 })).toBeUndefined();
  expect(progress.update(true, { ...NONE, done: 100, queued: 1 })).toBe(0);
});

test('rows that were removed from the list never make it negative', () => {
  const progress = new RunProgress();
  progress.update(true, { ...NONE, done: 50, queued: 2 });
  expect(progress.update(true, { ...NONE, queued: 1, running: 1 })).toBe(0);
  expect(progress.update(true, { ...NONE, done: 1, running: 1 })).toBe(0.5);
});

test('an idle queue shows no progress', () => {
  expect(new RunProgress().update(true, NONE)).toBeUndefined();
});
