import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { batchEventSchema, type BatchEvent } from '../../../core/api/events.ts';
import { batchReportSchema } from '../../../core/api/report.ts';
import { repeatBatch } from '../../../core/host/batches/repeatBatch.ts';
import { resumeBatch } from '../../../core/host/batches/resumeBatch.ts';
import { SettingsFile } from '../../../core/host/settingsFile.ts';
import { LocalPool } from '../../../core/pool/localPool.ts';
import { openStore } from '../../../core/store/openStore.ts';
import { STORE_FILE } from '../../../core/store/store.ts';
import { SqlConnection } from '../../../core/store/sqlConnection.ts';
import { modelsFolder } from '../../support/images.ts';
import { inMemoryLauncher } from '../../support/launchers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const samples = fileURLToPath(new URL('../../fixtures/versions/0.1.0', import.meta.url));

let pool: LocalPool | undefined;
afterEach(() => pool?.close());

/** A saved text with the folders of this machine in it. */
function sample(name: string, root: string): string {
  const text = readFileSync(path.join(samples, name), 'utf8');
  return text.replaceAll('{root}', root).replaceAll('{models}', modelsFolder);
}

/** The inputs and the data folder of version 0.1.0, as it left them. */
function leftBehind(): { readonly root: string; readonly data: string } {
  const root = temporaryFolder();
  const data = path.join(root, 'data');
  mkdirSync(data);
  mkdirSync(path.join(root, 'in'));
  for (const number of [1, 2, 3, 4, 5, 6]) {
    copyFileSync(path.join(samples, 'in', '1.png'), path.join(root, 'in', `${number}.png`));
  }
  copyFileSync(path.join(samples, 'in', 'w.webp'), path.join(root, 'in', 'w.webp'));
  const sql = new SqlConnection(path.join(data, STORE_FILE));
  sql.script(sample('store.sql', root));
  sql.close();
  writeFileSync(path.join(data, 'settings.json'), sample('settings.json', root));
  writeFileSync(path.join(root, 'report.json'), sample('report.json', root));
  return { root, data };
}

function hooks(events: BatchEvent[]) {
  pool = new LocalPool({ launch: inMemoryLauncher(), workers: 1, silenceMs: 60_000 });
  return {
    pool,
    program: 'test',
    signal: new AbortController().signal,
    onEvent: (event: BatchEvent) => void events.push(batchEventSchema.parse(event)),
  };
}

test('the store of version 0.1.0 is read, and its interrupted batch resumed', async () => {
  const { root, data } = leftBehind();
  const { store } = openStore(data, 'a test');
  const events: BatchEvent[] = [];
  const totals = await resumeBatch({}, { ...hooks(events), store });
  expect(totals).toMatchObject({ inputs: 4, done: 4, failed: 0 });
  expect(readdirSync(path.join(root, 'second')).sort()).toEqual([
    '4_3x.png',
    '5_3x.png',
    '6_3x.png',
    'w_3x.webp',
  ]);
  expect(store.jobs.counts()).toMatchObject({ done: 9, queued: 0, running: 0 });
  expect(store.results.reportOf(1)).toMatchObject({ input: { path: path.join(root, 'in', '1.png') } });
  store.close();
});

test('the settings of version 0.1.0 are read', () => {
  const { data } = leftBehind();
  expect(new SettingsFile(data).current).toMatchObject({ language: 'en', workers: 3, minFreeDiskMb: 123 });
});

test('a report of version 0.1.0 is repeated to the byte', async () => {
  const { root } = leftBehind();
  const reportPath = path.join(root, 'report.json');
  const events: BatchEvent[] = [];
  const request = { reportPath, exists: 'skip', modelsFolder } as const;
  const totals = await repeatBatch(request, hooks(events));
  expect(events.filter(({ type }) => type === 'job-failed')).toEqual([]);
  expect(totals).toMatchObject({ inputs: 2, done: 2 });
  for (const { output } of batchReportSchema.parse(JSON.parse(readFileSync(reportPath, 'utf8'))).pictures) {
    expect(createHash('sha256').update(readFileSync(output.path)).digest('hex')).toBe(output.sha256);
  }
});

/** The saved report as a version with fewer settings, or with more of everything, would have written it. */
const OTHER_VERSIONS: readonly { what: string; change: (image: Record<string, object>) => void }[] = [
  {
    what: 'an earlier version, without some of the settings',
    change: ({ settings = {} }) => {
      for (const name of [
        'onlyIfSmaller',
        'strength',
        'engine',
        'selfEnsemble',
        'colour',
        'maxInputMegapixels',
      ]) {
        expect(Reflect.deleteProperty(settings, name)).toBe(true);
        expect(settings).not.toHaveProperty(name);
      }
    },
  },
  {
    what: 'a later version, with more settings and figures',
    change: (image) => {
      Object.assign(image, { machine: { name: 'north' } });
      Object.assign(image['settings'] ?? {}, { sharpen: 0 });
      Object.assign(image['quality'] ?? {}, { verdict: 'splendid', symmetry: 1 });
    },
  },
];

test.each(OTHER_VERSIONS)('a report of $what is repeated to the byte', async ({ change }) => {
  const { root } = leftBehind();
  const reportPath = path.join(root, 'report.json');
  const report = JSON.parse(readFileSync(reportPath, 'utf8')) as { pictures: Record<string, object>[] };
  report.pictures.forEach(change);
  writeFileSync(reportPath, JSON.stringify(report));
  const events: BatchEvent[] = [];
  const totals = await repeatBatch({ reportPath, exists: 'skip', modelsFolder }, hooks(events));
  expect(events.filter(({ type }) => type === 'job-failed')).toEqual([]);
  expect(totals).toMatchObject({ inputs: 2, done: 2 });
});

test('repeating a report replaces an existing file only once the bytes are known to be right', async () => {
  const { root } = leftBehind();
  const reportPath = path.join(root, 'report.json');
  const [first] = batchReportSchema.parse(JSON.parse(readFileSync(reportPath, 'utf8'))).pictures;
  const wrong = readFileSync(reportPath, 'utf8').replaceAll(first!.output.sha256, '0'.repeat(64));
  writeFileSync(reportPath, wrong);
  mkdirSync(path.dirname(first!.output.path), { recursive: true });
  writeFileSync(first!.output.path, 'an older result');
  const request = { reportPath, exists: 'overwrite', modelsFolder } as const;
  const events: BatchEvent[] = [];
  expect(await repeatBatch(request, hooks(events))).toMatchObject({ done: 1, failed: 1 });
  expect(readFileSync(first!.output.path, 'utf8')).toBe('an older result');
  expect(events.filter(({ type }) => type === 'job-failed')).toMatchObject([
    { error: { code: 'report/not-repeatable' } },
  ]);
});
