import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lastPlace, rememberPlace } from '../../../electron/window/windowPlace.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const SCREEN = { x: 0, y: 0, width: 1920, height: 1080 };

test('the window opens where it was', () => {
  const file = path.join(temporaryFolder(), 'new', 'window.json');
  const place = { x: 100, y: 50, width: 900, height: 700, isMaximized: true };
  rememberPlace(file, place);
  expect(lastPlace(file, [SCREEN])).toEqual(place);
});

test('it opens in the middle if its screen is gone', () => {
  const file = path.join(temporaryFolder(), 'window.json');
  rememberPlace(file, { x: 2500, y: 50, width: 900, height: 700, isMaximized: false });
  expect(lastPlace(file, [SCREEN])).toMatchObject({ x: undefined, y: undefined, width: 900 });
});

test.each(['', '{}', '{"width":"wide"}', '{"width":-1,"height":5,"isMaximized":false}'])(
  'a damaged note %j only loses the place',
  (text) => {
    const file = path.join(temporaryFolder(), 'window.json');
    writeFileSync(file, text);
    expect(lastPlace(file, [SCREEN])).toEqual({ width: 1280, height: 820, isMaximized: false });
  },
);

test('the window closes even if its place cannot be stored', () => {
  const notAFolder = path.join(temporaryFolder(), 'file');
  writeFileSync(notAFolder, '');
  const place = { width: 900, height: 700, isMaximized: false };
  expect(() => {
    rememberPlace(path.join(notAFolder, 'window.json'), place);
  }).not.toThrow();
});
