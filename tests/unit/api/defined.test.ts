import { expect, test } from 'vitest';
import { defined } from '../../../core/api/defined.ts';

test('drops undefined values and keeps all others, including empty ones', () => {
  const size: { width: number } | undefined = undefined as { width: number } | undefined;
  expect(Object.keys(defined({ a: 0, b: '', c: null, d: false, size }))).toEqual(['a', 'b', 'c', 'd']);
});

test('a property that may be undefined becomes an optional one', () => {
  const passOn = (name: string, note: string | undefined): { name: string; note?: string } =>
    defined({ name, note });
  expect(passOn('a', undefined)).toStrictEqual({ name: 'a' });
  expect(passOn('a', 'b')).toStrictEqual({ name: 'a', note: 'b' });
});
