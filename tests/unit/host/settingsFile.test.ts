import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_PROGRAM_SETTINGS } from '../../../core/api/programSettings.ts';
import { SETTINGS_FILE, SettingsFile } from '../../../core/host/settingsFile.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('settings are written completely to one file, and read again', () => {
  const folder = temporaryFolder();
  const file = new SettingsFile(folder);
  expect(file.current).toEqual(DEFAULT_PROGRAM_SETTINGS);
  file.update({ theme: 'dark', workers: 2, language: undefined });
  expect(new SettingsFile(folder).current).toEqual({
    ...DEFAULT_PROGRAM_SETTINGS,
    theme: 'dark',
    workers: 2,
  });
  expect(readdirSync(folder)).toEqual([SETTINGS_FILE]);
});

test.each([
  { what: 'broken JSON', text: '{ "theme": "dark"', theme: 'system' },
  { what: 'a list', text: '[1]', theme: 'system' },
  { what: 'a field that makes no sense', text: '{ "theme": "dark", "workers": -3 }', theme: 'dark' },
  { what: 'an unknown field', text: '{ "theme": "dark", "colour": "red" }', theme: 'dark' },
])('$what does not affect any other setting', ({ text, theme }) => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, SETTINGS_FILE), text);
  expect(new SettingsFile(folder).current).toEqual({ ...DEFAULT_PROGRAM_SETTINGS, theme });
  expect(readFileSync(path.join(folder, SETTINGS_FILE), 'utf8')).toBe(text);
});
