import { expect, test } from 'vitest';
import { arePagesApart, chosenPages } from '../../../core/api/pageChoice.ts';
import { otherPageName, pageName } from '../../../core/jobs/pageNames.ts';

test('pages are chosen by number, in the requested order', () => {
  expect(chosenPages('all', 3)).toEqual([0, 1, 2]);
  expect(chosenPages('first', 3)).toEqual([0]);
  expect(chosenPages('3,1-2', 3)).toEqual([2, 0, 1]);
  expect(() => chosenPages('4', 3)).toThrow(/the file has 3/);
});

test('only pages of a TIFF, and only for a format without pages, get separate files', () => {
  expect(arePagesApart('tiff', 'jpeg')).toBe(true);
  expect(arePagesApart('tiff', 'tiff')).toBe(false);
  expect(arePagesApart('gif', 'jpeg')).toBe(false);
});

test("a page's file has its number, whatever mark the first page's file got", () => {
  expect(pageName('out/scan_2x.jpg', 3)).toBe('out/scan_2x-3.jpg');
  expect(otherPageName('out/scan_2x-1.jpg', 1, 3)).toBe('out/scan_2x-3.jpg');
  expect(otherPageName('out/a-1 b_2x-1.jpg', 1, 12)).toBe('out/a-1 b_2x-12.jpg');
  expect(otherPageName('out/scan-1 (1a2b3c).jpg', 1, 2)).toBe('out/scan-2 (1a2b3c).jpg');
  expect(otherPageName('out/-1~9e107d9d.jpg', 1, 2)).toBe('out/-1~9e107d9d-2.jpg');
});
