import path from 'node:path';
import { expect, test } from 'vitest';
import { globMatcher } from '../../../core/jobs/globMatcher.ts';
import { nameFilter } from '../../../core/jobs/nameFilter.ts';

test.each([
  ['*.png', 'a.png', true],
  ['*.png', 'A.PNG', true],
  ['*.png', '.hidden.png', true],
  ['*.png', 'a/b.png', false],
  ['**/*.png', 'a.png', true],
  ['**/*.png', 'a/b/c.png', true],
  ['a/**', 'a/b/c.png', true],
  ['a/**/b.png', 'a/b.png', true],
  ['a/**/b.png', 'a/x/y/b.png', true],
  ['./a/*.png', 'a/b.png', true],
  ['?.png', 'é.png', true],
  ['?.png', 'ab.png', false],
  ['caf\u00e9.png', 'cafe\u0301.png', true],
  ['[a-c]*.png', 'bear.png', true],
  ['[!a-c]*.png', 'bear.png', false],
  ['[^a-c]*.png', 'dog.png', true],
  ['{scan,photo}-*.{jpg,png}', 'photo-1.jpg', true],
  ['{scan,photo}-*.{jpg,png}', 'photo-1.gif', false],
  ['{a,b{c,d}}.png', 'bd.png', true],
  ['{a}.png', '{a}.png', true],
  ['\\*.png', '*.png', true],
  ['\\*.png', 'a.png', false],
  ['[.png', '[.png', true],
  ['', '', true],
])('%s on %s: %s', (pattern, file, expected) => {
  expect(globMatcher(pattern)(file)).toBe(expected);
});

test('a pattern without a slash is compared with the name alone, one with a slash with the path', () => {
  const isWanted = nameFilter({ include: ['*.png', 'roll/*.jpg'], exclude: ['**/draft/**'] });
  const names = ['a.png', 'x/a.png', 'roll/a.jpg', 'x/a.jpg', 'x/draft/a.png'];
  const wanted = names.map((name) => isWanted(name.replaceAll('/', path.sep)));
  expect(wanted).toEqual([true, true, true, false, false]);
});

test('no pattern takes longer than the product of its length and the path’s', () => {
  const hostile = [
    '*a'.repeat(500),
    `${'{a,b}'.repeat(200)}x`,
    `${'**/'.repeat(300)}x`,
    '['.repeat(900),
    '{'.repeat(900),
  ];
  const name = 'a'.repeat(200);
  // As regular expressions, each of these would run for centuries.
  for (const pattern of hostile) expect(globMatcher(`${pattern}b`)(name)).toBe(false);
});
