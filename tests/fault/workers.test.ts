import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sceneRaster, writePng } from '../support/images.ts';
import { startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { groupMembers, murderWorkers, runStandIns } from '../support/workerFaults.ts';

/**
 * What worker processes are put through, in full: about eight minutes. Run it with
 * `npx vitest run --mode fault tests/fault/workers.test.ts`; the figures are in docs/reliability.md.
 */

const IMAGES = 2_000;
const ORPHAN_ROUNDS = 10;

const figures: string[] = [];
afterAll(() => {
  process.stderr.write(`${figures.join('\n')}\n`);
});

test('a random worker killed every two seconds leaves a batch complete', async () => {
  const { totals, kills, elapsedMs, leftovers } = await murderWorkers(IMAGES, 2, 2_000);
  figures.push(`murder: ${totals.done} of ${IMAGES} done, ${kills} kills, ${Math.round(elapsedMs / 1000)} s`);
  expect([totals.done, leftovers]).toEqual([IMAGES, []]);
  expect(kills).toBeGreaterThan(5);
});

describe('a fault that happens once', () => {
  test.each([
    'sigkill',
    'sigsegv',
    'sigabrt',
    'exit',
    'loop',
    'sleep',
    'garbage',
    'huge',
    'stop',
    'hungry',
    'well',
  ])('(%s) costs no image', async (fault) => {
    const options = { deadlines: { decode: 3_000 }, memoryCeilingBytes: 400e6 };
    const { endings, elapsedMs, workers } = await runStandIns([`${fault}-once.png`], options);
    figures.push(`${fault}: done after ${Math.round(elapsedMs)} ms with ${workers} workers`);
    expect(endings).toEqual({ [`${fault}-once.png`]: 'done' });
  });
});

test('a batch in which every tenth image is bad loses only these', async () => {
  const bad = ['sigsegv', 'sigabrt', 'exit', 'loop', 'garbage'];
  const inputs = Array.from({ length: 100 }, (_, index) =>
    index % 10 === 5 ? `${bad[Math.floor(index / 10) % bad.length] ?? ''}-${index}.png` : `well-${index}.png`,
  );
  const { endings, workers, elapsedMs } = await runStandIns(inputs, {
    workers: 3,
    deadlines: { decode: 3_000 },
  });
  const failed = Object.keys(endings).filter((input) => endings[input] !== 'done');
  figures.push(`bad images: ${failed.length} of 100 failed, ${workers} workers, ${Math.round(elapsedMs)} ms`);
  expect(failed.sort()).toEqual(inputs.filter((input) => !input.startsWith('well')).sort());
});

test('a worker that leaks 50 MB a second is replaced, and the batch is complete', async () => {
  const inputs = ['taint.png', ...Array.from({ length: 60 }, (_, index) => `slow-${index}.png`)];
  const { endings, workers, elapsedMs } = await runStandIns(inputs, { memoryCeilingBytes: 300e6 });
  figures.push(`leak: ${workers} workers, ${Math.round(elapsedMs)} ms`);
  expect(new Set(Object.values(endings))).toEqual(new Set(['done']));
  expect(workers).toBe(2);
});

test('a worker that is stopped for a minute is replaced, and its late result refused', async () => {
  // The stand-in would answer as soon as it continues; it is killed while it is stopped, and its job done by another.
  const { endings, workers, elapsedMs } = await runStandIns(['stop-once.png', 'well.png'], {
    deadlines: { decode: 30_000 },
  });
  figures.push(`stopped: ${workers} workers, ${Math.round(elapsedMs)} ms`);
  expect([endings, workers]).toEqual([{ 'stop-once.png': 'done', 'well.png': 'done' }, 2]);
});

test('no process is left five seconds after the parent was killed in the middle of inference', async () => {
  let longestMs = 0;
  for (let round = 0; round < ORPHAN_ROUNDS; round++) {
    const folder = temporaryFolder();
    const source = path.join(folder, 'in');
    mkdirSync(source);
    for (const name of ['a', 'b']) writePng(path.join(source, `${name}.png`), sceneRaster(1500, 1200));
    const output = path.join(folder, 'out');
    // A worker notices between two tiles; these take a tenth of a second on a machine that does nothing else.
    const cli = startCli(['-i', source, '-o', output, '-n', 'fast-x4', '-t', '128', '-j', '2', '--json']);
    await cli.until('"job-progress"');
    // At another moment within a tile each time.
    await new Promise((resolve) => setTimeout(resolve, round * 50));
    cli.child.kill('SIGKILL');
    const killedAt = performance.now();
    await expect.poll(() => groupMembers(cli.child.pid ?? 0), { timeout: 5_000, interval: 50 }).toEqual([]);
    longestMs = Math.max(longestMs, performance.now() - killedAt);
  }
  figures.push(`orphans: none after ${Math.round(longestMs)} ms at most, ${ORPHAN_ROUNDS} rounds`);
});
