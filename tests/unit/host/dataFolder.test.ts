import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder, makeDataFolder } from '../../../core/host/dataFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const home = path.resolve('/home/ada');

test.each([
  { platform: 'linux', environment: {}, folder: path.join(home, '.local', 'share', 'enlarger') },
  {
    platform: 'linux',
    environment: { XDG_DATA_HOME: path.resolve('/data') },
    folder: path.resolve('/data/enlarger'),
  },
  {
    platform: 'linux',
    environment: { XDG_DATA_HOME: 'data' },
    folder: path.join(home, '.local', 'share', 'enlarger'),
  },
  {
    platform: 'darwin',
    environment: {},
    folder: path.join(home, 'Library', 'Application Support', 'Enlarger'),
  },
  {
    platform: 'win32',
    environment: { LOCALAPPDATA: 'C:\\Local' },
    folder: path.join('C:\\Local', 'Enlarger'),
  },
  { platform: 'win32', environment: { ENLARGER_DATA: path.resolve('/mine') }, folder: path.resolve('/mine') },
] as const)(
  'on $platform with $environment, the data folder is $folder',
  ({ platform, environment, folder }) => {
    expect(dataFolder({ platform, home, environment })).toBe(folder);
  },
);

test('a data folder that cannot be created is named in an error that does not blame the program', () => {
  const file = path.join(temporaryFolder(), 'file');
  writeFileSync(file, '');
  const folder = path.join(file, 'data');
  const fault = { code: 'store/damaged', details: { folder } };
  expect(() => makeDataFolder(folder)).toThrow(expect.objectContaining(fault));
});
