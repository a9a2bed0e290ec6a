import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { importNetwork } from '../../../../core/worker/importing/importNetwork.ts';
import { hostileNetworks } from '../../../support/hostileNetworks/hostileNetworks.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const hostile = hostileNetworks();

test('there are at least sixty of them', () => {
  expect(hostile.length).toBeGreaterThanOrEqual(60);
});

describe('a file that is hostile or damaged is refused with a code, and leaves nothing behind', () => {
  test.each(hostile)('$what', async ({ files, code }) => {
    const folder = temporaryFolder();
    const target = path.join(folder, 'target');
    mkdirSync(target);
    for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
    const [first = ''] = Object.keys(files);
    const file = path.join(folder, first);
    const answer = await importNetwork({
      file,
      id: 'hostile',
      name: 'Hostile',
      folder: target,
      threads: 1,
      samplesFolder: folder,
    });
    expect(answer).toMatchObject({ kind: 'refused', error: { code } });
    expect(readdirSync(target)).toEqual([]);
  });
});
