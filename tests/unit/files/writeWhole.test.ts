import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { writeWhole } from '../../../core/files/writeWhole.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('a file is replaced by a private one, and its folder is created', () => {
  const folder = path.join(temporaryFolder(), 'new');
  const file = path.join(folder, 'settings.json');
  writeWhole(file, 'first');
  writeFileSync(file, 'first', { mode: 0o644 });
  writeWhole(file, 'second');
  expect(readFileSync(file, 'utf8')).toBe('second');
  expect(readdirSync(folder)).toEqual(['settings.json']);
  if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a file that cannot be written leaves nothing behind', () => {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'settings.json', 'full'), { recursive: true });
  expect(() => {
    writeWhole(path.join(folder, 'settings.json'), 'text');
  }).toThrow();
  expect(readdirSync(folder)).toEqual(['settings.json']);
});
