import { expect, test } from 'vitest';
import { Selection } from '../../../renderer/state/queue/selection.svelte.ts';

const idAt = (index: number): number | undefined => (index < 100 ? index + 1_000 : undefined);

test('a single row, several rows one by one, and a range can be selected', () => {
  const selection = new Selection();
  selection.pick(3, 1_003);
  selection.toggle(5, 1_005);
  expect([...selection.ids]).toEqual([1_003, 1_005]);
  selection.toggle(3, 1_003);
  expect([...selection.ids]).toEqual([1_005]);
  selection.pick(4, 1_004);
  selection.extend(7, idAt);
  selection.extend(2, idAt);
  expect([...selection.ids]).toEqual([1_002, 1_003, 1_004]);
  expect(selection.activeIndex).toBe(2);
});

test('rows that are not loaded are not selected by a range', () => {
  const selection = new Selection();
  selection.pick(98, 1_098);
  selection.extend(140, idAt);
  expect([...selection.ids]).toEqual([1_098, 1_099]);
});
