import { statfsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openTestHost } from '../../../support/hostParts.ts';
import { sceneRaster, writePng } from '../../../support/images.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

test('free space is that of the disk that results are written to', async () => {
  const folder = temporaryFolder();
  const source = { kind: 'path', path: writePng(path.join(folder, 'a.png'), sceneRaster(6, 4)) } as const;
  const { host } = await openTestHost(path.join(folder, 'data'));
  const { bavail, bsize } = statfsSync(folder);
  const nearly = { least: bavail * bsize * 0.5, most: bavail * bsize * 2 };
  const beside = { kind: 'beside', folderName: 'enlarged' } as const;
  for (const input of [
    { destination: { kind: 'path', path: path.join(folder, 'not', 'made', 'yet') } } as const,
    { destination: { kind: 'downloads' } } as const,
    { destination: beside, source },
  ]) {
    const { freeBytes } = await host.api.getFreeSpace(input);
    expect(freeBytes).toBeGreaterThan(nearly.least);
    expect(freeBytes).toBeLessThan(nearly.most);
  }
  expect(await host.api.getFreeSpace({ destination: beside })).toEqual({});
});
