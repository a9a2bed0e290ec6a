import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BatchSpec } from '../../../core/api/batchSpec.ts';
import { ReportFiles } from '../../../core/host/reports/reportFiles.ts';
import { SettingsFile } from '../../../core/host/settingsFile.ts';
import type { BatchOrigin, NewBatch } from '../../../core/store/batchTable.ts';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import type { Store } from '../../../core/store/store.ts';
import { addMeasuredBatch, type Judgement } from '../../support/measuredBatch.ts';
import { sampleBatch } from '../../support/sampleBatch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const FINE: Judgement = { verdict: 'ok', psnrDb: 44 };

function batchFrom(origin: BatchOrigin, folder: string, formats: BatchSpec['report']['formats']): NewBatch {
  return { ...sampleBatch({ report: { measure: true, formats, folder } }), origin };
}

function filesOf(store: Store) {
  const warnings: string[] = [];
  const log = {
    info: () => undefined,
    warn: (_: string, values?: object) => warnings.push(JSON.stringify(values)),
  };
  const files = new ReportFiles({
    store,
    program: 'enlarger test',
    makeImages: () => Promise.resolve(undefined),
    settings: new SettingsFile(temporaryFolder()),
    log: { ...log, error: () => undefined },
  });
  return { files, warnings };
}

function rowsOf(csv: string): number {
  return readFileSync(csv, 'utf8').split('\r\n').length - 2;
}

describe('reports of batches', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  });

  afterEach(() => {
    vi.useRealTimers();
  });

  test('are written once when a batch has ended, in every requested format', async () => {
    const [store, folder] = [openMemoryStore(), temporaryFolder()];
    const id = addMeasuredBatch(store, [FINE, FINE], batchFrom('window', folder, ['json', 'csv', 'html']));
    const { files } = filesOf(store);
    await files.wake();
    expect(readdirSync(folder).sort()).toEqual([`enlarger-report-${id}.csv`, `enlarger-report-${id}.html`]);
    expect(rowsOf(path.join(folder, `enlarger-report-${id}.csv`))).toBe(2);
    expect(store.batches.withReportsDue()).toEqual([]);
  });

  test('are still due after a crash, and are written at the next start', async () => {
    const [store, folder] = [openMemoryStore(), temporaryFolder()];
    addMeasuredBatch(store, [FINE], batchFrom('window', folder, ['html']));
    const killed = filesOf(store).files;
    await killed.close();
    await killed.wake();
    expect([readdirSync(folder), store.batches.withReportsDue().length]).toEqual([[], 1]);
    const { files } = filesOf(store);
    await files.wake();
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('never replace a file that is not a report; a note is logged, and the other reports are written', async () => {
    const [store, folder, other] = [openMemoryStore(), temporaryFolder(), temporaryFolder()];
    const id = addMeasuredBatch(store, [FINE], batchFrom('window', folder, ['html']));
    addMeasuredBatch(store, [FINE], batchFrom('window', other, ['html']));
    const mine = path.join(folder, `enlarger-report-${id}.html`);
    writeFileSync(mine, '<p>my own page</p>');
    const { files, warnings } = filesOf(store);
    await files.wake();
    expect(readFileSync(mine, 'utf8')).toBe('<p>my own page</p>');
    expect(warnings).toMatchObject([expect.stringContaining('output/exists')]);
    expect([readdirSync(other).length, store.batches.withReportsDue().length]).toEqual([1, 0]);
  });

  test('never replace the report of another list', async () => {
    const folder = temporaryFolder();
    const write = async (store: Store): Promise<void> => {
      addMeasuredBatch(store, [FINE], batchFrom('window', folder, ['csv', 'html']));
      await filesOf(store).files.wake();
    };
    const [one, two] = [openMemoryStore(), openMemoryStore()];
    await write(one);
    const first = readFileSync(path.join(folder, 'enlarger-report-1.csv'), 'utf8');
    await write(two);
    expect(readFileSync(path.join(folder, 'enlarger-report-1.csv'), 'utf8')).toBe(first);
    const names = ['1 (2).csv', '1 (2).html', '1.csv', '1.html'].map((end) => `enlarger-report-${end}`);
    expect(readdirSync(folder).sort()).toEqual(names);
  });

  test('are not written for a batch that does not request any, or has nothing to report', async () => {
    const [store, folder] = [openMemoryStore(), temporaryFolder()];
    addMeasuredBatch(store, [FINE], batchFrom('window', folder, ['json']));
    addMeasuredBatch(store, [], batchFrom('window', folder, ['html']));
    const { files } = filesOf(store);
    await files.wake();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('of a watched folder are combined into one, which is rewritten when the folder is quiet', async () => {
    const [store, folder] = [openMemoryStore(), path.join(temporaryFolder(), 'reports')];
    const { files } = filesOf(store);
    const csv = path.join(folder, 'enlarger-report.csv');
    const add = (): void => {
      addMeasuredBatch(store, [FINE], batchFrom('watched-folder', folder, ['csv']));
      void files.wake();
    };
    add();
    await vi.advanceTimersByTimeAsync(40_000);
    add();
    await vi.advanceTimersByTimeAsync(59_000);
    expect(existsSync(csv)).toBe(false);
    await vi.advanceTimersByTimeAsync(2_000);
    vi.useRealTimers();
    await expect.poll(() => existsSync(csv), { timeout: 10_000 }).toBe(true);
    await files.close();
    expect(rowsOf(csv)).toBe(2);
    expect(store.batches.withReportsDue()).toEqual([]);
  });

  test('of a watched folder are written even if the clock was set back', async () => {
    const [store, folder] = [openMemoryStore(), temporaryFolder()];
    vi.setSystemTime(new Date('2099-01-01'));
    addMeasuredBatch(store, [FINE], batchFrom('watched-folder', folder, ['csv']));
    vi.setSystemTime(new Date('2026-11-30'));
    const { files } = filesOf(store);
    await files.wake();
    expect(readdirSync(folder)).toEqual(['enlarger-report.csv']);
  });

  test('of a watched folder contain its newest 500 results', async () => {
    const [store, folder] = [openMemoryStore(), temporaryFolder()];
    const batch = batchFrom('watched-folder', folder, ['csv']);
    for (let count = 0; count < 3; count++) {
      addMeasuredBatch(
        store,
        Array.from({ length: 200 }, () => FINE),
        batch,
      );
    }
    vi.setSystemTime(Date.now() + 60_001);
    const { files } = filesOf(store);
    await files.wake();
    expect(rowsOf(path.join(folder, 'enlarger-report.csv'))).toBe(500);
    addMeasuredBatch(store, [{ verdict: 'failed', psnrDb: 20 }], batch);
    vi.setSystemTime(Date.now() + 60_001);
    await files.wake();
    // Its own report is replaced, not numbered.
    expect(readdirSync(folder)).toEqual(['enlarger-report.csv']);
    expect(readFileSync(path.join(folder, 'enlarger-report.csv'), 'utf8')).toContain(',failed,');
  });

  test('a folder in the way is reported', async () => {
    const [store, folder] = [openMemoryStore(), temporaryFolder()];
    const id = addMeasuredBatch(store, [FINE], batchFrom('window', folder, ['csv']));
    mkdirSync(path.join(folder, `enlarger-report-${id}.csv`));
    const { files, warnings } = filesOf(store);
    await files.wake();
    expect(warnings).toHaveLength(1);
  });
});
