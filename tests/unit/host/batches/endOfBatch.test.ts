import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { batchRequest } from '../../../support/batchRequest.ts';
import { enlargeImage } from '../../../../core/worker/enlargeImage.ts';
import type { Perform } from '../../../support/launchers.ts';
import { brokenPath, fixturePath, storedPixels } from '../../../support/images.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';
import { run, stateOf, filesIn, imageIn } from './batchRun.ts';

test('a dry run shows what would be done and writes nothing', async () => {
  const folder = temporaryFolder();
  const source = path.join(folder, 'in');
  for (const name of ['a.png', 'sub/b.png']) imageIn(source, name);
  copyFileSync(brokenPath('text.jpg'), path.join(source, 'text.jpg'));
  const before = stateOf(folder);
  const { totals, events } = await run(batchRequest([source], path.join(folder, 'out'), { dryRun: true }));
  expect(totals).toMatchObject({ inputs: 3, planned: 2, failed: 1 });
  const planned = events.flatMap((event) => (event.type === 'job-planned' ? [event.output] : []));
  expect(planned.map((file) => path.relative(folder, file)).sort()).toEqual(
    ['out/a_2x.png', 'out/sub/b_2x.png'].map((file) => path.normalize(file)),
  );
  expect(stateOf(folder)).toEqual(before);
});

test('on request, the first failure ends the batch and the rest is cancelled', async () => {
  const folder = temporaryFolder();
  const bad = path.join(folder, 'a.png');
  writeFileSync(bad, 'text');
  const good = Array.from({ length: 8 }, (_, index) => imageIn(folder, `good${index}.png`));
  const output = path.join(folder, 'out');
  const { totals, endings } = await run(batchRequest([bad, ...good], output, { failFast: true }));
  expect(endings[bad]).toBe('failed: image/unsupported-format');
  expect(totals).toMatchObject({ inputs: 9, failed: 1 });
  expect(totals.cancelled).toBeGreaterThanOrEqual(6);
});

test('cancelling ends every input, keeps what is finished, and leaves nothing else', async () => {
  const folder = temporaryFolder();
  const inputs = Array.from({ length: 12 }, (_, index) => imageIn(folder, `${index}.png`, 30));
  const output = path.join(folder, 'out');
  const cancel = new AbortController();
  const { totals, events } = await run(batchRequest(inputs, output), {
    signal: cancel.signal,
    onEvent: (event) => {
      if (event.type === 'job-done') cancel.abort();
    },
  });
  expect(totals.cancelled).toBeGreaterThan(0);
  const outputs = events.flatMap((event) => (event.type === 'job-done' ? [path.basename(event.output)] : []));
  expect(filesIn(output)).toEqual(outputs.sort());
  for (const name of outputs) expect((await storedPixels(path.join(output, name))).width).toBe(60);
});

test('a worker that fails or leaves files behind costs one image and leaves no trace', async () => {
  const folder = temporaryFolder();
  const inputs = ['a.png', 'b.png', 'c.png'].map((name) => imageIn(folder, name));
  const output = path.join(folder, 'out');
  const perform: Perform = async (job, tools, hooks) => {
    if (!job.inputPath.endsWith('b.png')) return enlargeImage(job, tools, hooks);
    writeFileSync(job.tempPath, 'half an image');
    mkdirSync(job.scratchFolder);
    writeFileSync(path.join(job.scratchFolder, 'step0'), 'half');
    throw new TypeError('A defect.');
  };
  const { totals, endings } = await run(batchRequest(inputs, output), { perform });
  expect([totals.done, endings[inputs[1]!]]).toEqual([2, 'failed: internal/bug']);
  expect(filesIn(output)).toEqual(['a_2x.png', 'c_2x.png']);
  expect(readdirSync(output)).toHaveLength(2);
});

test('images whose results would have one name get two', async () => {
  const folder = temporaryFolder();
  const inputs = ['a.png', 'sub/a.png', 'other/a.png'].map((name) => imageIn(folder, name));
  copyFileSync(fixturePath('rgb8.webp'), path.join(folder, 'a.webp'));
  const request = batchRequest([...inputs, path.join(folder, 'a.webp')], path.join(folder, 'out'));
  const settings = { ...request.spec.settings, format: 'png' } as const;
  const { totals } = await run({ ...request, spec: { ...request.spec, settings } });
  expect(totals.done).toBe(4);
  const names = filesIn(path.join(folder, 'out'));
  expect(names).toEqual(expect.arrayContaining(['a_2x.png', 'a_2x (webp).png']));
  expect(names.filter((name) => /^a_2x \([0-9a-f]{6}\)\.png$/.test(name))).toHaveLength(2);
});

test('many jobs at once cause no warning from Node', async () => {
  const warnings: string[] = [];
  const listen = (warning: Error): void => void warnings.push(warning.name);
  process.on('warning', listen);
  const folder = temporaryFolder();
  const inputs = Array.from({ length: 40 }, (_, index) => imageIn(folder, `${index}.png`, 2));
  const { totals } = await run(batchRequest(inputs, path.join(folder, 'out')), { workers: 8 });
  await new Promise((resolve) => setImmediate(resolve)); // warnings come a turn later
  process.off('warning', listen);
  expect([totals.done, warnings]).toEqual([40, []]);
});
