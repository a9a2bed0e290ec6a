import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BatchOutcome } from '../../../cli/batchOutcome.ts';
import { EXIT } from '../../../cli/program.ts';
import { jsonReporter, lineReporter } from '../../../cli/reporters.ts';
import { batchEventSchema, type BatchEvent, type BatchTotals } from '../../../core/api/events.ts';
import { batchReportSchema } from '../../../core/api/report.ts';
import { batchRequest } from '../../support/batchRequest.ts';
import type { BatchRequest } from '../../../core/host/batches/batchRequest.ts';
import { runBatch } from '../../../core/host/batches/runBatch.ts';
import { LocalPool } from '../../../core/pool/localPool.ts';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import { openTestHost } from '../../support/hostParts.ts';
import { sceneRaster, writePng } from '../../support/images.ts';
import { inMemoryLauncher } from '../../support/launchers.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** The kinds of input; each ends differently. */
const KINDS = ['good', 'made', 'damaged', 'empty', 'words', 'missing'] as const;

type Ends = Omit<BatchTotals, 'planned'>;

interface Scene {
  readonly folder: string;
  readonly inputs: readonly string[];
}

function place(kinds: readonly (typeof KINDS)[number][]): Scene {
  const folder = temporaryFolder();
  for (const name of ['in', 'out', 'data']) mkdirSync(path.join(folder, name));
  kinds.forEach((kind, index) => {
    const file = path.join(folder, 'in', `${index}.${kind === 'words' ? 'txt' : 'png'}`);
    if (kind === 'good' || kind === 'made') writePng(file, sceneRaster(4 + index, 3));
    if (kind === 'made') writePng(path.join(folder, 'out', `${index}_2x.png`), sceneRaster(8 + 2 * index, 6));
    if (kind === 'damaged') writeFileSync(file, '\x89PNG\r\n\x1a\n and no more', 'latin1');
    if (kind === 'empty' || kind === 'words') writeFileSync(file, kind === 'words' ? 'words' : '');
  });
  const missing = kinds.flatMap((kind, index) =>
    kind === 'missing' ? [path.join(folder, `${index}.png`)] : [],
  );
  return { folder, inputs: [path.join(folder, 'in'), ...missing] };
}

function requestFor({ folder, inputs }: Scene): BatchRequest {
  const report = { path: path.join(folder, 'r.json'), format: 'json' } as const;
  return {
    ...batchRequest(inputs, path.join(folder, 'out')),
    report: { measure: false, files: [report], each: false, language: 'en' },
  };
}

/** What a command prints in each of its formats. */
async function runEverywhere(request: BatchRequest, cancelAfter: number) {
  const texts = { lines: '', json: '' };
  const reporters = [
    lineReporter({ verbose: true, write: (text) => (texts.lines += text) }),
    jsonReporter((line) => (texts.json += line)),
  ];
  const outcome = new BatchOutcome();
  const cancel = new AbortController();
  let ended = 0;
  const pool = new LocalPool({ launch: inMemoryLauncher(), workers: 1, silenceMs: 60_000 });
  const onEvent = (event: BatchEvent): void => {
    outcome.see(event);
    for (const reporter of reporters) reporter.tell(event);
    if (event.type === 'job-done' && ++ended === cancelAfter) cancel.abort();
  };
  const hooks = { pool, store: openMemoryStore(), program: 'test', signal: cancel.signal, onEvent };
  const totals = await runBatch(request, hooks);
  await pool.close();
  return { totals, ...texts, code: outcome.exitCode(totals, cancel.signal.aborted) };
}

function endsInLines(text: string): Ends {
  const count = (word: string): number =>
    text.split('\n').filter((line) => line.startsWith(`${word} `)).length;
  const inTotal = (word: string): number =>
    Number(new RegExp(`(\\d+) ${word}`).exec(text.trim().split('\n').at(-1) ?? '')?.[1] ?? 0);
  const ends = { done: count('done'), skipped: count('skipped'), failed: count('failed') };
  expect([inTotal('images? enlarged'), inTotal('skipped'), inTotal('failed')]).toEqual(Object.values(ends));
  const cancelled = inTotal('cancelled');
  return { ...ends, cancelled, inputs: ends.done + ends.skipped + ends.failed + cancelled };
}

function endsInJson(json: string): Ends {
  const events = json
    .trim()
    .split('\n')
    .map((line) => batchEventSchema.parse(JSON.parse(line)));
  const count = (kind: BatchEvent['type']): number => events.filter(({ type }) => type === kind).length;
  const [first] = events;
  return {
    inputs: first?.type === 'batch-started' ? first.inputs : -1,
    done: count('job-done'),
    skipped: count('job-skipped'),
    failed: count('job-failed'),
    cancelled: count('job-cancelled'),
  };
}

function codeFor({ inputs, done, failed, cancelled, skipped }: Ends, words: number): number {
  if (cancelled > 0) return EXIT.cancelled;
  if (failed > 0) return EXIT.someFailed;
  expect(done + skipped).toBe(inputs);
  return inputs - words === 0 ? EXIT.nothingToDo : EXIT.done;
}

/** The same request in the window, whose host has its own list. */
async function endsInWindow(request: BatchRequest, data: string): Promise<Ends> {
  const opened = await openTestHost(data);
  const { api } = opened.host;
  const { spec } = request;
  const { inputs, batchId } = await api.addBatch({ spec, startNow: true });
  const finishedAt = async (): Promise<number> => (await api.listBatches({})).batches[0]?.finishedAt ?? 0;
  await expect.poll(finishedAt, { timeout: 30_000 }).toBeGreaterThan(0);
  const batch = (await api.listBatches({})).batches.find(({ id }) => id === batchId);
  await opened.close();
  if (batch === undefined) throw new Error('The batch is gone.');
  const { done, skipped, failed, cancelled } = batch.counts;
  return { inputs, done, skipped, failed, cancelled };
}

test('every input ends once, and text, events, exit code, window and report agree', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...KINDS), { minLength: 1, maxLength: 9 }),
      fc.integer({ min: 1, max: 6 }),
      async (kinds, cancelAfter) => {
        const scene = place(kinds);
        const request = requestFor(scene);
        const window = await endsInWindow(
          batchRequest(scene.inputs, path.join(scene.folder, 'window')),
          path.join(scene.folder, 'data'),
        );
        const { totals, lines, json, code } = await runEverywhere(request, cancelAfter);
        const { planned: _, ...ends } = totals;
        expect(ends.inputs).toBe(kinds.length);
        expect([endsInLines(lines), endsInJson(json)]).toEqual([ends, ends]);
        expect(code).toBe(codeFor(ends, kinds.filter((kind) => kind === 'words').length));
        const report = batchReportSchema.parse(
          JSON.parse(readFileSync(path.join(scene.folder, 'r.json'), 'utf8')),
        );
        expect([report.pictures.length, report.failures.length]).toEqual([ends.done, ends.failed]);
        const made = kinds.filter((kind) => kind === 'good' || kind === 'made').length;
        const words = kinds.filter((kind) => kind === 'words').length;
        const failed = kinds.length - made - words;
        expect(window).toEqual({ inputs: kinds.length, done: made, skipped: words, failed, cancelled: 0 });
      },
    ),
    { numRuns: 12 },
  );
});
