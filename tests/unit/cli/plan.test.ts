import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { sceneRaster, writePng } from '../../support/images.ts';
import { filesBelow, runCli, type CliResult } from '../../support/runCli.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

function planOf({ stdout }: CliResult): Record<string, unknown> {
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('a plan counts what a run would do, learns from that run, and writes nothing', async () => {
  const folder = temporaryFolder();
  const [input, output, data] = ['in', 'out', 'data'].map((name) => path.join(folder, name));
  const args = ['-i', input, '-o', output, '-n', 'nearest', '-s', '3', '--data', data].map(String);
  mkdirSync(String(input));
  for (const name of ['a', 'b']) writePng(path.join(String(input), `${name}.png`), sceneRaster(20, 10));
  const before = await runCli(['plan', ...args, '--json']);
  expect(before.code).toBe(0);
  expect(planOf(before)).toMatchObject({
    schema: 'enlarger.plan/1',
    images: 2,
    outputMegapixels: (2 * 60 * 30) / 1e6,
    sizeFrom: 'defaults',
    fitsOnDisk: true,
    skipped: 0,
    failed: 0,
  });
  expect(planOf(before)).not.toHaveProperty('elapsedMs');
  expect(readdirSync(folder)).toEqual(['in']);
  expect((await runCli(['run', ...args])).code).toBe(0);
  const after = filesBelow(folder);
  const again = await runCli(['plan', ...args, '--exists', 'rename', '--json']);
  expect(filesBelow(folder)).toEqual(after);
  expect(planOf(again)).toMatchObject({ images: 2, sizeFrom: 'earlier-results' });
  expect(planOf(again)['elapsedMs']).toBeGreaterThan(0);
  // The results are there already.
  const skipped = await runCli(['plan', ...args]);
  expect(skipped.code).toBe(4);
  expect(skipped.stdout).toContain('besides 2 to skip');
});

test('what cannot be planned is refused', async () => {
  const result = await runCli(['plan', '--resume']);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('Only a new batch can be planned');
});
