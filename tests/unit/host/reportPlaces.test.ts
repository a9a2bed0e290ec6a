import path from 'node:path';
import { expect, test } from 'vitest';
import type { BatchSpec, Destination } from '../../../core/api/batchSpec.ts';
import { reportPlaces } from '../../../core/host/reports/reportPlaces.ts';
import type { BatchOrigin, StoredBatch } from '../../../core/store/batchTable.ts';
import { sampleBatch } from '../../support/sampleBatch.ts';

function batchWith(
  report: Partial<BatchSpec['report']>,
  destination: Destination,
  origin: BatchOrigin,
): StoredBatch {
  const batch = sampleBatch({ destination, report: { measure: true, formats: ['html'], ...report } });
  return { ...batch, origin, id: 7, isSuspended: false, addedAt: 0 };
}

const here = (file: string): string => path.resolve(file);
const toFolder: Destination = { kind: 'path', path: '/out' };

test.each([
  { what: 'a folder', destination: toFolder, targets: ['/out/a/1.png'], folder: '/out' },
  {
    what: 'one file',
    destination: { kind: 'path', path: '/out/1.png' } as const,
    targets: ['/out/1.png'],
    folder: '/out',
  },
  {
    what: 'next to sources that are anywhere',
    destination: { kind: 'beside', folderName: 'large' } as const,
    targets: ['/b/large/1.png', '/a/large/1.png'],
    folder: '/b/large',
  },
  {
    what: 'downloads',
    destination: { kind: 'downloads' } as const,
    targets: ['/data/x/a/1.png', '/data/x/b/2.png'],
    folder: '/data/x',
  },
])('results in $what have their report in $folder', ({ destination, targets, folder }) => {
  const places = reportPlaces(batchWith({}, destination, 'window'), targets.map(here));
  expect(places).toEqual([{ path: path.join(here(folder), 'enlarger-report-7.html'), format: 'html' }]);
});

test('a report goes where the batch specifies, and a watched folder has one for all of its batches', () => {
  const report = { formats: ['json', 'csv', 'html'] as const, folder: '/reports' };
  const batch = batchWith({ ...report, formats: [...report.formats] }, toFolder, 'watched-folder');
  expect(reportPlaces(batch, [])).toEqual([
    { path: path.join(here('/reports'), 'enlarger-report.csv'), format: 'csv' },
    { path: path.join(here('/reports'), 'enlarger-report.html'), format: 'html' },
  ]);
});

test('there is no place without results, or if no file about the whole batch is requested', () => {
  expect(reportPlaces(batchWith({}, { kind: 'downloads' }, 'window'), [])).toEqual([]);
  expect(reportPlaces(batchWith({ formats: ['json'] }, toFolder, 'window'), ['/out/1.png'])).toEqual([]);
});

test('a folder whose name begins with two dots is inside the one above it', () => {
  const batch = batchWith({ formats: ['csv'] }, { kind: 'downloads' }, 'window');
  const [place] = reportPlaces(batch, ['/out/a.png', '/out/..b/c.png'].map(here));
  expect(place?.path).toBe(here('/out/enlarger-report-7.csv'));
});
