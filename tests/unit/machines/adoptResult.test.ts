import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { adoptResult } from '../../../core/machines/adoptResult.ts';
import { attemptFiles } from '../../../core/machines/attemptFiles.ts';
import type { EnlargedImage } from '../../../core/pool/messages.ts';
import { pageTempPath } from '../../../core/pool/pageTempPath.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function resultWith(sizeBytes: number, pageBytes: number): EnlargedImage {
  const size = { width: 2, height: 2 };
  const sha256 = '0'.repeat(64);
  return {
    kind: 'enhanced',
    input: { ...size, format: 'tiff', sizeBytes: 1, sha256 },
    output: { ...size, format: 'jpeg', sizeBytes, sha256 },
    models: ['nearest'],
    device: 'cpu',
    passes: [],
    tiling: { tilePx: 0, contextPx: 0 },
    tiles: 1,
    repairedTiles: 0,
    warnings: [],
    times: { decodeMs: 1, inferenceMs: 1, encodeMs: 1 },
    pageFiles: { firstPage: 1, others: [{ page: 2, ...size, sizeBytes: pageBytes, sha256 }] },
  };
}

test('pages that another machine wrote into separate files are adopted with its result', async () => {
  const folder = temporaryFolder();
  const files = attemptFiles(folder, '0123abcd-1-1');
  mkdirSync(files.scratchFolder);
  writeFileSync(files.tempPath, 'first');
  writeFileSync(pageTempPath(files.scratchFolder, 2), 'second');
  const job = {
    id: 1,
    inputPath: path.join(folder, 'scan.tif'),
    tempPath: path.join(folder, 'job.part'),
    scratchFolder: path.join(folder, 'job.scratch'),
    outputFormat: 'jpeg',
    settings: DEFAULT_JOB_SETTINGS,
    modelsFolder: folder,
  } as const;
  await adoptResult(files, job, resultWith(5, 6));
  expect(readFileSync(job.tempPath, 'utf8')).toBe('first');
  expect(readFileSync(pageTempPath(job.scratchFolder, 2), 'utf8')).toBe('second');
  expect(existsSync(files.scratchFolder)).toBe(false);
});
