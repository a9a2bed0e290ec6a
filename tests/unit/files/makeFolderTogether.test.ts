import { mkdirSync, statSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { makeFolder } from '../../../core/files/makeFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Someone else makes the folder above at the very moment at which the first try has failed for lack of it. */
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

test('a folder is made although the one above it appears between two looks', async () => {
  const folder = path.join(temporaryFolder(), 'theirs', 'ours');
  await makeFolder(folder);
  expect(statSync(folder).isDirectory()).toBe(true);
});
