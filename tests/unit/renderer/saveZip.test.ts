import { expect, test } from 'vitest';
import { inOrder } from '../../../renderer/input/drop.ts';
import { UniqueNames } from '../../../renderer/input/saveZip.ts';

test('two results with the same name get different names in the ZIP', () => {
  const names = new UniqueNames();
  expect(
    ['a_4x.png', 'b_4x.png', 'A_4x.png', 'a_4x.png', 'none', 'none'].map((name) => names.next(name)),
  ).toEqual(['a_4x.png', 'b_4x.png', 'A_4x (2).png', 'a_4x (3).png', 'none', 'none (2)']);
});

test('dropped files are in natural order', () => {
  const files = ['IMG_10.jpg', 'IMG_9.jpg', 'IMG_100.jpg'].map((name) => new File([], name));
  expect(inOrder(files).map(({ name }) => name)).toEqual(['IMG_9.jpg', 'IMG_10.jpg', 'IMG_100.jpg']);
});
