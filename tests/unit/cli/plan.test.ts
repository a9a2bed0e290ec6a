import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
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
  // The results exist already.
  const skipped = await runCli(['plan', ...args]);
  expect(skipped.code).toBe(4);
  expect(skipped.stdout).toContain('and 2 that will be skipped');
});

test('a plan names each input that fails, with the reason', async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'empty.png'), '');
  const args = ['-i', 'empty.png', 'nothere', '-o', 'out', '-n', 'nearest'];
  const text = await runCli(['plan', ...args], folder);
  expect([text.code, text.stdout]).toEqual([1, expect.stringContaining('2 that cannot be enlarged')]);
  expect(text.stderr).toMatch(/^failed {3}nothere: .*\[input\/not-found\]$/m);
  expect(text.stderr).toMatch(/^failed {3}.*empty\.png: .*\[input\/empty\]$/m);
  expect(planOf(await runCli(['plan', ...args, '--json'], folder))).toMatchObject({
    failed: 2,
    failures: [{ error: { code: 'input/empty' } }, { error: { code: 'input/not-found' } }],
  });
});

test.each([
  ['--max-megapixels', '0.0001', 'image/too-large'],
  ['--max-output-megapixels', '0.0003', 'image/too-large'],
  ['-w', '17000', 'size/too-large-for-format'],
])('a plan refuses what a run refuses as too large: %s %s', async (option, value, code) => {
  const folder = temporaryFolder();
  writePng(path.join(folder, 'a.png'), sceneRaster(20, 10));
  const args = ['-i', 'a.png', '-o', 'out', '-n', 'nearest', '-f', 'webp', option, value, '--json'];
  const [plan, run] = [await runCli(['plan', ...args], folder), await runCli(['run', ...args], folder)];
  expect([plan.code, run.code]).toEqual([1, 1]);
  expect(planOf(plan)).toMatchObject({ images: 0, failed: 1, failures: [{ error: { code } }] });
  expect(run.stdout).toContain(`"code":"${code}"`);
});

test('a plan and a dry run refuse a device and a folder that a run refuses', async () => {
  const folder = temporaryFolder();
  writePng(path.join(folder, 'a.png'), sceneRaster(20, 10));
  writeFileSync(path.join(folder, 'file'), '');
  const cases = [
    { args: ['-o', 'out', '-n', 'fast', '-g', '77'], exit: 3, code: 'engine/unavailable' },
    { args: ['-o', 'file/out', '-n', 'nearest'], exit: 1, code: 'output/not-writable' },
  ];
  for (const { args, exit, code } of cases) {
    for (const command of [['run'], ['run', '--dry-run'], ['plan']]) {
      const result = await runCli([...command, '-i', 'a.png', ...args, '--json'], folder);
      expect([command, result.code, result.stdout]).toEqual([
        command,
        exit,
        expect.stringContaining(`"code":"${code}"`),
      ]);
    }
  }
});

test('options that do not apply to a plan are refused', async () => {
  const result = await runCli(['plan', '--resume']);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('Only a new batch can be planned');
});
