import path from 'node:path';
import { expect, test } from 'vitest';
import { dataFolder } from '../../../core/host/dataFolder.ts';

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
] as const)('on $platform with $environment the data are in $folder', ({ platform, environment, folder }) => {
  expect(dataFolder({ platform, home, environment })).toBe(folder);
});
