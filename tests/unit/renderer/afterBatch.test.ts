import { expect, test } from 'vitest';
import { AfterBatch } from '../../../renderer/state/settings/afterBatch.svelte.ts';

function setUp(stored = new Map<string, string>()) {
  const happened: string[] = [];
  const memory = {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => void stored.set(key, value),
  };
  const after = new AfterBatch(memory, {
    playSound: () => happened.push('sound'),
    openFolder: () => happened.push('folder'),
  });
  return { after, happened, stored };
}

test('at first nothing happens when a batch has finished', () => {
  const { after, happened } = setUp();
  after.follow(2, 0);
  after.follow(0, 2);
  expect(happened).toEqual([]);
});

test('what was chosen happens once at the end of each run, also after a restart', () => {
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
