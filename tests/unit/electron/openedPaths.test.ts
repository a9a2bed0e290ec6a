import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openedPaths } from '../../../electron/openedPaths.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('files are taken from the arguments after the program, without options and missing files', () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'a b.png'), '');
  const given = ['--flag', 'a b.png', 'gone.png', '', folder, '--background'];
  const expected = [path.join(folder, 'a b.png'), folder];
  expect(openedPaths(['enlarger', ...given], folder, true)).toEqual(expected);
  expect(openedPaths(['electron', '--no-sandbox', 'checkout', ...given], folder, false)).toEqual(expected);
});
