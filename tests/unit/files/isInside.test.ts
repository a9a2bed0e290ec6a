import path from 'node:path';
import { expect, test } from 'vitest';
import { isInside } from '../../../core/files/isInside.ts';

test.each([
  { folder: '/a', file: '/a', inside: true },
  { folder: '/a', file: '/a/b/c.png', inside: true },
  { folder: '/a', file: '/a/..b/c.png', inside: true },
  { folder: '/', file: '/a', inside: true },
  { folder: '/a', file: '/a-evil/c.png', inside: false },
  { folder: '/a/b', file: '/a', inside: false },
  { folder: '/a', file: '/a/../b', inside: false },
])('$file inside $folder: $inside', ({ folder, file, inside }) => {
  expect(isInside(path.resolve(folder), path.resolve(file))).toBe(inside);
});
