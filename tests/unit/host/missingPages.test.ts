import { copyFileSync, rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { missingPages } from '../../../core/host/queue/missingPages.ts';
import { fixturePath } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function scanned(): { source: string; target: string; at: (page: number) => string } {
  const folder = temporaryFolder();
  const source = path.join(folder, 'scan.tif');
  copyFileSync(fixturePath('pages.tif'), source);
  const at = (page: number): string => path.join(folder, `scan_2x-${page} (2).jpg`);
  for (const page of [1, 2, 3]) copyFileSync(fixturePath('rgb8.jpg'), at(page));
  return { source, target: at(1), at };
}

test('pages whose files are gone or truncated are missing', async () => {
  const { source, target, at } = scanned();
  const missing = (pages?: string): Promise<string[]> =>
    missingPages({ source, target, format: 'jpeg' }, { ...DEFAULT_JOB_SETTINGS, ...(pages && { pages }) });
  expect(await missing()).toEqual([]);
  rmSync(at(2));
  truncateSync(at(3), 40);
  expect(await missing()).toEqual(['scan_2x-2 (2).jpg', 'scan_2x-3 (2).jpg']);
  expect(await missing('1,3')).toEqual(['scan_2x-3 (2).jpg']);
  expect(await missing('first')).toEqual([]);
});

test('no page is missing if all are in one file, or if the source is gone', async () => {
  const { source, target, at } = scanned();
  rmSync(at(2));
  expect(await missingPages({ source, target, format: 'tiff' }, DEFAULT_JOB_SETTINGS)).toEqual([]);
  rmSync(source);
  expect(await missingPages({ source, target, format: 'jpeg' }, DEFAULT_JOB_SETTINGS)).toEqual([]);
});
