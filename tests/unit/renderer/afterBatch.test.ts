import { expect, onTestFinished, test, vi } from 'vitest';
import { Notices } from '../../../renderer/state/notices.svelte.ts';
import { AfterBatch } from '../../../renderer/state/settings/afterBatch.svelte.ts';
import { SLEEP_DELAY_MS, sleepSoon } from '../../../renderer/state/settings/sleepSoon.ts';
import { NO_DESKTOP } from './app/startApp.ts';
import { standInConnection } from './standInConnection.ts';

function setUp(stored = new Map<string, string>()) {
  const happened: string[] = [];
  const memory = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
  const after = new AfterBatch(memory, {
    playSound: () => happened.push('sound'),
    openFolder: () => happened.push('folder'),
    sleepSoon: () => {
      happened.push('sleep');
      return () => void happened.push('awake');
    },
  });
  return { after, happened, stored };
}

test('by default, nothing happens when a batch has finished', () => {
  const { after, happened } = setUp();
  after.follow(2, 0);
  after.follow(0, 2);
  expect(happened).toEqual([]);
});

test('the chosen action happens once at the end of each run, even after a restart', () => {
  const { after, stored } = setUp();
  after.playsSound = true;
  after.opensFolder = true;
  const next = setUp(stored);
  for (const [waiting, done] of [
    [0, 0],
    [2, 0],
    [1, 1],
    [0, 2],
    [0, 2],
    [1, 0],
    [0, 1],
  ] as const)
    next.after.follow(waiting, done);
  expect(next.happened).toEqual(['sound', 'folder', 'sound', 'folder']);
});

test('nothing happens when everything was cancelled', () => {
  const { after, happened } = setUp(new Map([['after.sound', 'on']]));
  after.follow(3, 0);
  after.follow(0, 0);
  expect(happened).toEqual([]);
});

test('the computer goes to sleep after a batch, but stays awake if another one is added', () => {
  const { after, happened } = setUp();
  after.sleeps = true;
  after.follow(1, 0);
  after.follow(0, 1);
  expect(happened).toEqual(['sleep']);
  after.follow(1, 1);
  expect(happened).toEqual(['sleep', 'awake']);
  after.follow(0, 2);
  after.sleeps = false;
  expect(happened).toEqual(['sleep', 'awake', 'sleep', 'awake']);
});

test.each([{ isCancelled: true }, { isCancelled: false }])(
  'sleep is announced, and can be cancelled: $isCancelled',
  ({ isCancelled }) => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let sleeps = 0;
    const notices = new Notices();
    const sleep = (): Promise<void> => {
      sleeps++;
      return Promise.resolve();
    };
    const desktop = { ...NO_DESKTOP, sleep };
    sleepSoon({ connection: { ...standInConnection().connection, desktop }, notices });
    const [notice] = notices.list;
    expect(notice).toMatchObject({ key: 'notice.sleep', undoLabel: 'action.cancel' });
    vi.advanceTimersByTime(SLEEP_DELAY_MS - 1);
    expect(sleeps).toBe(0);
    if (isCancelled && notice?.kind === 'said') notice.undo?.();
    vi.advanceTimersByTime(1);
    expect({ sleeps, notices: notices.list }).toEqual({ sleeps: isCancelled ? 0 : 1, notices: [] });
  },
);
