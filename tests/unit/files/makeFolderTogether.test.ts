import { mkdirSync, statSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeFolder } from '../../../core/files/makeFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Another process creates the parent at the very moment when the first try has failed without it. */
vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<typeof files>();
  return {
    ...actual,
    mkdir: async (folder: string, options: object) => {
      try {
        await actual.mkdir(folder, options);
      } catch (error) {
        if (path.basename(folder) === 'ours') mkdirSync(path.dirname(folder), { recursive: true });
        throw error;
      }
    },
  };
});

test('a folder is created although its parent appears between two checks', async () => {
  const folder = path.join(temporaryFolder(), 'theirs', 'ours');
  await makeFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});
