import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sceneRaster, writePng } from '../../support/images.ts';
import { eventsOf, filesBelow, runCli, type CliResult } from '../../support/runCli.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Targets of results that would be, or were, made. */
function targetsOf(result: CliResult): string[] {
  return eventsOf(result)
    .flatMap((event) => (event.type === 'job-planned' || event.type === 'job-done' ? [event.output] : []))
    .sort();
}

function fingerprint(folder: string): string[] {
  return filesBelow(folder).map((name) => {
    const bytes = readFileSync(path.join(folder, name));
    return `${name} ${createHash('sha256').update(bytes).digest('hex')}`;
  });
}

test('a dry run plans what the run then does, considers earlier results, and changes nothing', async () => {
  const folder = temporaryFolder();
  const [input, output, data] = ['in', 'out', 'data'].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  const args = ['-i', input, '-o', output, '-n', 'nearest', '-s', '2', '--name', '{name}.{ext}', '--json'];
  const run = (...more: string[]): Promise<CliResult> => runCli(['run', ...args, '--data', data, ...more]);
  mkdirSync(path.join(input, 'one'), { recursive: true });
  mkdirSync(path.join(folder, 'two'));
  expect((await run('--dry-run')).code).toBe(4);
  expect(readdirSync(folder).sort()).toEqual(['in', 'two']);
  writePng(path.join(input, 'a.png'), sceneRaster(6, 4));
  await run();
  // The name now belongs to the first image, even for an image of another folder.
  const other = writePng(path.join(folder, 'two', 'a.png'), sceneRaster(8, 6));
  writePng(path.join(input, 'one', 'a.png'), sceneRaster(4, 4));
  const before = fingerprint(folder);
  const planned = await run('-i', other, '--dry-run');
  expect(fingerprint(folder)).toEqual(before);
  const made = await run('-i', other);
  expect(targetsOf(made)).toHaveLength(2);
  expect(targetsOf(planned)).toEqual(targetsOf(made));
});
