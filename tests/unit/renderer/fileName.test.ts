import { expect, test } from 'vitest';
import { splitName } from '../../../renderer/state/fileName.ts';

test('a short name is in one part, and the end of a long one is kept', () => {
  expect(splitName('cat.jpg')).toEqual({ start: 'cat.jpg', end: '' });
  expect(splitName('IMG_20240712_holiday_000001.jpg')).toEqual({
    start: 'IMG_20240712_holiday_',
    end: '000001.jpg',
  });
});

test('a letter of several code points is never cut', () => {
  const name = `${'a'.repeat(20)}👩‍👩‍👧.jpeg`;
  expect(splitName(name)).toEqual({ start: 'a'.repeat(16), end: 'aaaa👩‍👩‍👧.jpeg' });
});
