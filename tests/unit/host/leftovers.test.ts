import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sweepLeftovers, temporaryPaths } from '../../../core/host/queue/leftovers.ts';
import { lockRun, stateOfRun } from '../../../core/files/runLock.ts';
import { unfinishedFile } from '../../../core/files/unfinishedFile.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

beforeEach(() => {
  vi.stubEnv('ENLARGER_CACHE', temporaryFolder());
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
});

/** Unfinished files of a run in a folder, and their names. */
function unfinishedOf(folder: string, runId: string): string[] {
  const { tempPath, scratchFolder } = temporaryPaths(path.join(folder, 'photo_4x.jpg'), runId, 7);
  writeFileSync(tempPath, 'half an image');
  mkdirSync(scratchFolder);
  writeFileSync(path.join(scratchFolder, 'step0'), 'pixels');
  return [tempPath, scratchFolder].map((file) => path.basename(file));
}

/** As if the clock had been put forward by a day. */
function jumpADay(): void {
  vi.useFakeTimers({ now: Date.now() + 24 * 60 * 60 * 1000, toFake: ['Date'] });
}

test('leftovers of a run are deleted as soon as it is gone, and nothing else is', async () => {
  const folder = temporaryFolder();
  const run = await lockRun();
  unfinishedOf(folder, run.runId);
  const others = ['.enlarger-notes.txt', `.enlarger-${run.runId}-7.part.bak`, 'photo_4x.jpg'];
  for (const name of others) writeFileSync(path.join(folder, name), 'not ours to delete');
  await run.release();
  await sweepLeftovers(folder);
  expect(readdirSync(folder).sort()).toEqual(others.sort());
});

test('the files of a live run are kept, however old they seem', async () => {
  const folder = temporaryFolder();
  const run = await lockRun();
  const names = unfinishedOf(folder, run.runId);
  jumpADay();
  await sweepLeftovers(folder);
  expect(readdirSync(folder).sort()).toEqual(names.sort());
  await run.release();
});

test('files of runs on other machines, which cannot be checked, are kept', async () => {
  const folder = temporaryFolder();
  const run = await lockRun();
  const { runId } = run;
  const foreign = (runId.startsWith('0') ? '1' : '0') + runId.slice(1);
  expect([await stateOfRun(runId), await stateOfRun(foreign)]).toEqual(['alive', 'unknown']);
  const names = unfinishedOf(folder, foreign);
  jumpADay();
  await sweepLeftovers(folder);
  expect(readdirSync(folder).sort()).toEqual(names.sort());
  await run.release();
  expect(await stateOfRun(runId)).toBe('gone');
});

test('the short-lived files of a live process are kept, however old they seem', async () => {
  const folder = temporaryFolder();
  const file = await unfinishedFile(path.join(folder, 'report.json'));
  writeFileSync(file, 'half a report');
  jumpADay();
  await sweepLeftovers(folder);
  expect(readdirSync(folder)).toEqual([path.basename(file)]);
});

test('the short-lived files of a process that is gone are deleted at once', async () => {
  const folder = temporaryFolder();
  const run = await lockRun();
  await run.release();
  writeFileSync(path.join(folder, `.enlarger-${run.runId}-0-1.part`), 'half a report');
  await sweepLeftovers(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test('a short-lived file of an unknown run is deleted after an hour', async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, '.enlarger-0123abcd-0.part'), 'half a report');
  await sweepLeftovers(folder);
  expect(readdirSync(folder)).toHaveLength(1);
  jumpADay();
  await sweepLeftovers(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test('results of another machine for a run that is gone are kept for the next run for an hour', async () => {
  const folder = temporaryFolder();
  const run = await lockRun();
  await run.release();
  for (const kind of ['part', 'preview']) {
    writeFileSync(path.join(folder, `.enlarger-${run.runId}-7-3.${kind}`), 'a result');
  }
  await sweepLeftovers(folder);
  expect(readdirSync(folder)).toHaveLength(2);
  jumpADay();
  await sweepLeftovers(folder);
  expect(readdirSync(folder)).toEqual([]);
});

test('once the work is over, results of another machine for a run that is gone are deleted at once', async () => {
  const folder = temporaryFolder();
  const [gone, alive] = [await lockRun(), await lockRun()];
  await gone.release();
  const names = [gone, alive].map(({ runId }) => `.enlarger-${runId}-7-3.part`);
  for (const name of names) writeFileSync(path.join(folder, name), 'a result');
  await sweepLeftovers(folder, { isWorkOver: true });
  expect(readdirSync(folder)).toEqual([names[1]]);
  await alive.release();
});
