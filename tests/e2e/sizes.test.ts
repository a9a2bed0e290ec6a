import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

import { fixturePath, largestDifference, sceneRaster, storedPixels, writePng } from '../support/images.ts';
import { eventsOf, filesBelow, runCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const FORMATS = ['jpg', 'png', 'webp', 'avif', 'tif'];

test.each([
  { args: ['-w', '3000', '-n', 'nearest'], size: '3000x2000' },
  { args: ['-s', '1.5', '-n', 'fast'], size: '144x96' },
  { args: ['-s', '4'], size: '384x256' },
  { args: ['-H', '100', '-n', 'bicubic'], size: '150x100' },
  { args: ['--long-edge', '2048', '-n', 'bilinear'], size: '2048x1365' },
  { args: ['--short-edge', '100', '-n', 'lanczos'], size: '150x100' },
  { args: ['-w', '200', '-H', '100', '-n', 'fast-x2'], size: '150x100' },
  { args: ['--megapixels', '0.06', '-n', 'nearest'], size: '300x200' },
])('96 × 64 with $args becomes $size', async ({ args, size }) => {
  const output = path.join(temporaryFolder(), 'out.png');
  const result = await runCli(['-i', fixturePath('rgb8.png'), '-o', output, ...args]);
  expect(result).toMatchObject({ code: 0, stdout: '' });
  const { width, height } = await storedPixels(output);
  expect(`${width}x${height}`).toBe(size);
});

test('a tiny image is enlarged eight times by two networks', async () => {
  const folder = temporaryFolder();
  const result = await runCli(['-i', fixturePath('3x7.png'), '-o', folder, '-s', '8', '--json']);
  expect(result.code).toBe(0);
  expect(eventsOf(result).find((event) => event.type === 'job-done')).toMatchObject({
    models: ['fast-x2', 'fast-x4'],
    outputImage: { width: 24, height: 56 },
  });
});

describe('two runs', () => {
  test('give byte-identical files in every format', async () => {
    const folder = temporaryFolder();
    const inputs = FORMATS.map((format) => fixturePath(`rgb8.${format}`));
    for (const run of ['first', 'second']) {
      const args = ['-i', ...inputs, '-o', path.join(folder, run), '--name', 'out.{ext}', '-s', '2'];
      expect((await runCli(args)).code).toBe(0);
    }
    for (const format of FORMATS) {
      const [first, second] = ['first', 'second'].map((run) =>
        readFileSync(path.join(folder, run, `out.${format}`)),
      );
      expect([format, first!.equals(second!)]).toEqual([format, true]);
    }
  });

  test('into one folder enlarge once and skip the second time', async () => {
    const folder = temporaryFolder();
    const source = path.join(folder, 'in');
    const args = ['-i', source, '-o', path.join(folder, 'out'), '-n', 'nearest', '--json'];
    expect((await runCli(args)).code).toBe(1); // nothing is there yet
    for (const name of ['a.png', 'b.png']) copyInto(source, name);
    expect(await runCli(args)).toMatchObject({ code: 0 });
    const second = await runCli(args);
    expect([second.code, eventsOf(second).at(-1)]).toEqual([
      0,
      expect.objectContaining({
        totals: { inputs: 2, done: 0, skipped: 2, failed: 0, cancelled: 0, planned: 0 },
      }),
    ]);
    expect(filesBelow(path.join(folder, 'out'))).toEqual(['a_4x.png', 'b_4x.png']);
  });
});

function copyInto(folder: string, name: string): void {
  mkdirSync(folder, { recursive: true });
  copyFileSync(fixturePath('3x7.png'), path.join(folder, name));
}

test('small tiles and automatic ones give the same image, within one step', async () => {
  const folder = temporaryFolder();
  const input = writePng(path.join(folder, 'in.png'), sceneRaster(210, 130));
  const made = [];
  for (const tile of ['64', 'auto']) {
    const output = path.join(folder, `${tile}.png`);
    expect((await runCli(['-i', input, '-o', output, '-n', 'fast-x2', '-s', '2', '-t', tile])).code).toBe(0);
    made.push((await storedPixels(output)).data);
  }
  expect(largestDifference(made[0]!, made[1]!)).toBeLessThanOrEqual(1);
});
