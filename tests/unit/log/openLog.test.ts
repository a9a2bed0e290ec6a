import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { lastErrors } from '../../../core/log/lastErrors.ts';
import { logFolder, openLog } from '../../../core/log/openLog.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test('the log has a sentence and its values on each line, and leaves out what is less severe than requested', async () => {
  const folder = temporaryFolder();
  const log = openLog(folder);
  log.debug('Tile done', { tile: 1 });
  log.info('Job done', { job: 7, elapsedMs: 12 });
  await log.close();
  const lines = readFileSync(path.join(logFolder(folder), 'enlarger.log'), 'utf8')
    .trim()
    .split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { msg: 'Job done', job: 7, elapsedMs: 12 },
  ]);
});

test('the last errors are listed newest first, and half a line does no harm', async () => {
  const folder = temporaryFolder();
  const log = openLog(folder);
  log.error('First', { n: 1 });
  log.warn('Coped');
  log.error('Second');
  await log.close();
  const errors = await lastErrors(folder, 5);
  expect(errors.map(({ sentence }) => sentence)).toEqual(['Second', 'First']);
  expect(errors[1]?.values).toMatchObject({ n: 1 });
  expect(await lastErrors(temporaryFolder(), 5)).toEqual([]);
});

test('a log that grew large is rotated, and only a few old ones are kept', async () => {
  const folder = temporaryFolder();
  const text = 'x'.repeat(100_000);
  for (let round = 0; round < 6; round++) {
    const log = openLog(folder);
    for (let index = 0; index < 60; index++) log.info('Much', { text });
    await log.close();
  }
  const names = readdirSync(logFolder(folder));
  expect(names.length).toBeLessThanOrEqual(5);
  expect(names.length).toBeGreaterThan(1);
});

test('no name can forge a line of the log, whatever line breaks are in it', async () => {
  const folder = temporaryFolder();
  const log = openLog(folder);
  const breaks = ['\n', '\r', '\r\n', '\v', '\f', '\u0085', '\u2028', '\u2029'];
  const name = breaks.map((each) => `a.png${each}{"level":50,"msg":"forged"}`).join('');
  log.info('Job done', { source: name });
  await log.close();
  const text = readFileSync(path.join(logFolder(folder), 'enlarger.log'), 'utf8');
  expect(text.trimEnd().split(/[\n\r\v\f\u0085\u2028\u2029]/)).toHaveLength(1);
  expect(JSON.parse(text)).toMatchObject({ source: name });
});
