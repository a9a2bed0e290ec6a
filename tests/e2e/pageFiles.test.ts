import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import type { Raster } from '../../core/api/image.ts';
import { sceneRaster } from '../support/images.ts';
import { eventsOf, filesBelow, finishedEvent, runCli, type CliResult } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { tiffFields, tiffFile } from '../support/tiffFile.ts';

const PAGES = [sceneRaster(9, 7), sceneRaster(5, 6), sceneRaster(12, 3)];

function pageOf({ width, height, data }: Raster): Parameters<typeof tiffFile>[0][number] {
  return { fields: tiffFields({ width, height }), pixels: Uint8Array.from(data) };
}

function folderWithScan(): { input: string; output: string; data: string } {
  const folder = temporaryFolder();
  const input = path.join(folder, 'scan.tif');
  writeFileSync(input, tiffFile(PAGES.map(pageOf)));
  return { input, output: path.join(folder, 'out'), data: path.join(folder, 'data') };
}

function enlarge(
  { input, output, data }: ReturnType<typeof folderWithScan>,
  ...options: string[]
): Promise<CliResult> {
  const places = ['-i', input, '-o', output, '--data', data];
  return runCli([...places, '-n', 'nearest', '-s', '2', '-f', 'png', '--no-measure', '--json', ...options]);
}

test('each page of a TIFF becomes a file of its own in a format without pages, and a second run finds them', async () => {
  const scan = folderWithScan();
  writeFileSync(`${scan.input}.xmp`, '<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>');
  const first = await enlarge(scan);
  const names = [1, 2, 3].flatMap((page) => [`scan_2x (tif)-${page}.png`, `scan_2x (tif)-${page}.png.xmp`]);
  expect(filesBelow(scan.output)).toEqual(names);
  expect(finishedEvent(first).totals).toMatchObject({ inputs: 1, done: 1 });
  const done = eventsOf(first).find((event) => event.type === 'job-done');
  expect(done).toMatchObject({ output: path.join(scan.output, 'scan_2x (tif)-1.png') });
  for (const [index, { width, height, data }] of PAGES.entries()) {
    const file = path.join(scan.output, `scan_2x (tif)-${index + 1}.png`);
    const small = sharp(file).resize(width, height, { kernel: 'nearest' }).removeAlpha().raw();
    expect(Array.from(await small.toBuffer())).toEqual(Array.from(data));
  }
  expect(finishedEvent(await enlarge(scan)).totals).toMatchObject({ done: 0, skipped: 1 });
  expect(filesBelow(scan.output)).toEqual(names);
});

test('chosen pages keep their numbers, and a single one needs none', async () => {
  const scan = folderWithScan();
  await enlarge(scan, '--pages', '2-3');
  expect(filesBelow(scan.output)).toEqual(['scan_2x (tif)-2.png', 'scan_2x (tif)-3.png']);
  await enlarge(scan, '--pages', '2');
  expect(filesBelow(scan.output)).toContain('scan_2x (tif).png');
});

test('a page never takes the name of another image, nor is it enlarged again', async () => {
  const scan = folderWithScan();
  const folder = path.dirname(scan.input);
  const other = path.join(folder, 'scan-2.png');
  await sharp(path.resolve('tests/fixtures/images/rgb8.png')).toFile(other);
  const before = readFileSync(other);
  const beside = { ...scan, input: folder, output: folder };
  const options = ['--name', '{dir}/{name}.{ext}', '--exists', 'rename'];
  copyFileSync(scan.input, path.join(folder, 'copy.tif'));
  await enlarge(beside, ...options);
  expect(readFileSync(other).equals(before)).toBe(true);
  const made = filesBelow(folder).filter((name) => /^(scan|copy).*png$/.test(name));
  expect(made).toContain('copy (tif)-3.png');
  const again = finishedEvent(await enlarge(beside, '--name', '{dir}/{name}.{ext}')).totals;
  expect(again.done).toBe(0);
});
