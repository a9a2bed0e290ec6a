import { describe, expect, test, vi } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { RootPicker } from '../../../renderer/state/draft/rootPicker.svelte.ts';
import { standInConnection } from './standInConnection.ts';

const roots = [
  { id: 'r1', name: 'Photos' },
  { id: 'r2', name: 'Scans' },
];

async function openPicker() {
  const { host } = standInConnection();
  const listRoot = vi.fn(host.api.listRoot);
  const picker = new RootPicker({ ...host.api, listRoot }, roots);
  await picker.open();
  return { picker, listRoot };
}

const names = (picker: RootPicker) => picker.entries.map(({ name }) => name);

describe('picking from opened folders', () => {
  test('begins at the first root, enters folders and returns to the previous position', async () => {
    const { picker } = await openPicker();
    expect(picker.crumbs).toEqual([{ name: 'Photos', relative: '' }]);
    await picker.press(1);
    expect(names(picker)).toEqual(['c-30x30.jpg']);
    expect(picker.crumbs.map(({ name }) => name)).toEqual(['Photos', 'Trip']);
    await picker.up();
    expect(picker.entries[picker.activeIndex]?.name).toBe('Trip');
    await picker.up();
    expect(names(picker)).toHaveLength(4);
  });

  test('images of several folders are chosen together, and added in order', async () => {
    const { picker } = await openPicker();
    picker.toggle(3);
    picker.toggle(2);
    picker.toggle(0); // a folder: nothing to choose
    await picker.press(1);
    await picker.press(0);
    expect(picker.chosenCount).toBe(3);
    await picker.go('');
    expect([2, 3].map((index) => picker.isChosen(names(picker)[index] ?? ''))).toEqual([true, true]);
    await picker.press(2);
    expect(picker.takeChosen()).toEqual([
      { kind: 'root', rootId: 'r1', relative: 'b-20x20.jpg', name: 'b-20x20.jpg' },
      { kind: 'root', rootId: 'r1', relative: 'Trip/c-30x30.jpg', name: 'c-30x30.jpg' },
    ]);
  });

  test('an entire folder is added by its location, and a root by its name', async () => {
    const { picker } = await openPicker();
    expect(picker.takeFolder()).toEqual([{ kind: 'root', rootId: 'r1', relative: '', name: 'Photos' }]);
    await picker.press(1);
    expect(picker.takeFolder()).toEqual([{ kind: 'root', rootId: 'r1', relative: 'Trip', name: 'Trip' }]);
  });

  test('a folder is chosen by its location; images are only shown', async () => {
    const { picker } = await openPicker();
    picker.close();
    const folder = picker.chooseFolder();
    await expect.poll(() => names(picker)).toContain('Trip');
    await picker.press(1);
    await picker.press(0);
    expect({ purpose: picker.purpose, chosen: picker.chosenCount }).toEqual({ purpose: 'folder', chosen: 0 });
    picker.useFolder();
    expect(await folder).toEqual({ rootId: 'r1', relative: 'Trip', shown: 'Photos/Trip' });
    expect(picker.purpose).toBeUndefined();
  });

  test('closing the picker chooses no folder', async () => {
    const { picker } = await openPicker();
    const first = picker.chooseFolder();
    const second = picker.chooseFolder(); // a second request ends the first
    picker.close();
    expect([await first, await second]).toEqual([undefined, undefined]);
  });

  test('another root starts over', async () => {
    const { picker } = await openPicker();
    picker.toggle(2);
    await picker.chooseRoot('r2');
    expect(picker.crumbs).toEqual([{ name: 'Scans', relative: '' }]);
    expect(picker.chosenCount).toBe(0);
  });

  test('a large folder is loaded page by page, each once', async () => {
    const { picker, listRoot } = await openPicker();
    await picker.press(0);
    expect([picker.entries.length, picker.total]).toEqual([500, 1_200]);
    await Promise.all([picker.loadMore(), picker.loadMore()]);
    expect(picker.entries).toHaveLength(1_000);
    await picker.loadMore();
    await picker.loadMore();
    expect(picker.entries).toHaveLength(1_200);
    expect(new Set(names(picker)).size).toBe(1_200);
    expect(listRoot).toHaveBeenCalledTimes(4);
  });

  test('an answer that arrives after the person has moved on is dropped', async () => {
    const { picker } = await openPicker();
    const slow = picker.go('Trip');
    await picker.go('');
    await slow;
    expect(names(picker)).toContain('Many');
  });

  test('an unreadable folder is reported, and it is possible to go back', async () => {
    const { host } = standInConnection();
    const listRoot: typeof host.api.listRoot = async (input) => {
      if (input.relative === 'Trip') throw new EnlargerError('input/unreadable', 'no');
      return host.api.listRoot(input);
    };
    const picker = new RootPicker({ ...host.api, listRoot }, roots);
    await picker.open();
    await picker.press(1);
    expect(picker.error?.code).toBe('input/unreadable');
    await picker.up();
    expect(picker.error).toBeUndefined();
    expect(names(picker)).toHaveLength(4);
  });
});
