import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { sweepLeftovers, temporaryPaths } from '../../../core/host/queue/leftovers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('an hour after a run was killed, its temporary files are deleted and nothing else', async () => {
  const folder = temporaryFolder();
  const { tempPath, scratchFolder } = temporaryPaths(path.join(folder, 'photo_4x.jpg'), '0123abcd', 7);
  writeFileSync(tempPath, 'half an image');
  mkdirSync(scratchFolder);
  writeFileSync(path.join(scratchFolder, 'step0'), 'pixels');
  const others = ['.enlarger-notes.txt', '.enlarger-0123abcd-7.part.bak', 'photo_4x.jpg'];
  for (const name of others) writeFileSync(path.join(folder, name), 'not ours to delete');
  await sweepLeftovers(folder);
  expect(readdirSync(folder)).toHaveLength(5);
  vi.useFakeTimers({ now: Date.now() + 61 * 60 * 1000, toFake: ['Date'] });
  await sweepLeftovers(folder);
  expect(readdirSync(folder).sort()).toEqual(others.sort());
});
