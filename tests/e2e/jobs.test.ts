import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { fixturePath, sceneRaster, writePng } from '../support/images.ts';
import { eventsOf, finishedEvent, runCli, startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const pageSchema = z.object({
  counts: z.record(z.string(), z.number()),
  jobs: z.array(z.object({ id: z.number(), name: z.string(), state: z.object({ kind: z.string() }) })),
});

async function countsOf(data: string): Promise<Record<string, number>> {
  const { stdout } = await runCli(['jobs', 'list', '--json', '--data', data]);
  return pageSchema.parse(JSON.parse(stdout)).counts;
}

function imagesIn(folder: string, count: number): string {
  const source = path.join(folder, 'in');
  mkdirSync(source);
  for (let index = 0; index < count; index++) writePng(path.join(source, `${index}.png`), sceneRaster(6, 4));
  return source;
}

test('an interrupted batch is resumed, and only the rest of it is enlarged', async () => {
  const folder = temporaryFolder();
  const source = imagesIn(folder, 40);
  const [output, data] = [path.join(folder, 'out'), ['--data', path.join(folder, 'data')]];
  const cli = startCli(['run', '-i', source, '-o', output, '-n', 'nearest', '-s', '2', '--json', ...data]);
  await cli.until('"job-done"');
  cli.child.kill('SIGINT');
  const first = finishedEvent(await cli.finished).totals;
  expect(first.cancelled).toBeGreaterThan(0);
  const resumed = await runCli(['run', '--resume', '--json', ...data]);
  expect(resumed.code).toBe(0);
  expect(finishedEvent(resumed).totals).toMatchObject({ inputs: 40 - first.done, done: 40 - first.done });
  expect(readdirSync(output)).toHaveLength(40);
  const nothing = await runCli(['run', '--resume', ...data]);
  expect([nothing.code, nothing.stderr]).toEqual([4, expect.stringContaining('batch/not-found')]);
});

test('running a finished batch again enlarges nothing', async () => {
  const folder = temporaryFolder();
  const source = imagesIn(folder, 5);
  const args = ['run', '-i', source, '-o', path.join(folder, 'out'), '-n', 'nearest', '-s', '2', '--json'];
  const data = ['--data', path.join(folder, 'data')];
  await runCli([...args, ...data]);
  const again = await runCli([...args, ...data]);
  expect(finishedEvent(again).totals).toMatchObject({ inputs: 5, skipped: 5, done: 0 });
  expect(eventsOf(again).some(({ type }) => type === 'job-started')).toBe(false);
});

test('jobs are listed, shown, put back into the queue and cancelled', async () => {
  const folder = temporaryFolder();
  const [output, data] = [path.join(folder, 'out'), path.join(folder, 'data')];
  const bad = path.join(folder, 'bad.png');
  writeFileSync(bad, 'no image');
  await runCli(['run', '-i', fixturePath('rgb8.png'), bad, '-o', output, '-n', 'nearest', '--data', data]);
  const listed = await runCli(['jobs', '--data', data]);
  expect(listed.stdout).toMatch(/1 done, 1 failed/);
  expect(listed.stdout).toMatch(/bad\.png .*image\/unsupported-format/);
  const shown = await runCli(['jobs', 'show', '1', '--data', data]);
  expect(shown.stdout).toMatch(/state +done → .*rgb8_4x\.png/);
  const retried = await runCli(['jobs', 'retry', '--batch', '1', '--data', data]);
  expect(retried.stdout).toMatch(/1 job put back/);
  expect(await countsOf(data)).toMatchObject({ queued: 1, done: 1, failed: 0 });
  writePng(bad, sceneRaster(6, 4));
  expect((await runCli(['run', '--resume', '--data', data])).code).toBe(0);
  expect(await countsOf(data)).toMatchObject({ queued: 0, done: 2 });
  expect((await runCli(['jobs', 'cancel', '1', '--data', data])).stdout).toMatch(/0 jobs cancelled/);
  const unknown = await runCli(['jobs', 'show', '99', '--data', data]);
  expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining('job/not-found')]);
});

test('without a writable data folder, a batch is still enlarged, with a note', async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'file'), '');
  const output = path.join(folder, 'out');
  const args = ['run', '-i', fixturePath('rgb8.png'), '-o', output, '-n', 'nearest', '-s', '2'];
  const result = await runCli([...args, '--data', path.join(folder, 'file', 'data')]);
  expect([result.code, existsSync(path.join(output, 'rgb8_2x.png'))]).toEqual([0, true]);
  expect(result.stderr).toMatch(/note: .*cannot be used.*not recorded/);
});

test('two batches at the same time do not get into each other’s way', async () => {
  const folder = temporaryFolder();
  const source = imagesIn(folder, 10);
  const data = ['--data', path.join(folder, 'data')];
  const runs = ['one', 'two'].map((name) =>
    startCli(['run', '-i', source, '-o', path.join(folder, name), '-n', 'nearest', '-s', '2', ...data]),
  );
  const results = await Promise.all(runs.map(({ finished }) => finished));
  expect(results.map(({ code }) => code)).toEqual([0, 0]);
  for (const name of ['one', 'two']) expect(readdirSync(path.join(folder, name))).toHaveLength(10);
});
