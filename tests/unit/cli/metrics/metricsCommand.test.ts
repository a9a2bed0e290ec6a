import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Raster } from '../../../../core/api/image.ts';
import { compareImages } from '../../../../core/quality/metrics/compareImages.ts';
import { toFloatImage } from '../../../../core/image/toFloatImage.ts';
import { sceneRaster, storedPixels, writePng } from '../../../support/images.ts';
import { runProgram } from '../../../support/runProgram.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

/** The scene with every sample slightly changed. */
function nearScene(width: number, height: number): Raster {
  const scene = sceneRaster(width, height);
  return { ...scene, data: Uint8Array.from(scene.data, (value, index) => Math.max(0, value - (index % 5))) };
}

function cropped({ width, channels, data }: Raster, to: { width: number; height: number }): Raster {
  const rows = Array.from({ length: to.height }, (_, y) => [
    ...data.subarray(y * width * channels, (y * width + to.width) * channels),
  ]);
  return { ...to, channels, data: Uint8Array.from(rows.flat()) };
}

test('two files: the figures of the metrics room, on the reference cropped at its right and bottom', async () => {
  const folder = temporaryFolder();
  const reference = sceneRaster(43, 34);
  const output = nearScene(40, 32);
  const referenceFile = writePng(path.join(folder, 'reference.png'), reference);
  const outputFile = writePng(path.join(folder, 'output.png'), output);
  const { code, stdout } = await runProgram(['metrics', referenceFile, outputFile, '--json']);
  const expected = compareImages(
    toFloatImage(cropped(reference, { width: 40, height: 32 })),
    toFloatImage(output),
    { protocol: 'sr', scale: 4 },
  );
  const json: unknown = JSON.parse(stdout);
  expect(code).toBe(0);
  expect(json).toMatchObject({
    schema: 'enlarger.metrics/1',
    protocol: 'sr',
    scale: 4,
    pairs: [{ reference: referenceFile, output: outputFile, ...expected }],
    failures: [],
    mean: { pictures: 1, identical: 0, psnrLumaDb: expected.luma.psnrDb, ssim: expected.ssim.ssim },
  });
});

test('identical images: infinity for people; null and a flag in JSON', async () => {
  const folder = temporaryFolder();
  const file = writePng(path.join(folder, 'scene.png'), sceneRaster(24, 20));
  const text = await runProgram(['metrics', file, file, '--protocol', 'plain']);
  expect(text).toMatchObject({ code: 0, stderr: '' });
  expect(text.stdout).toMatch(/PSNR-Y dB +∞ +error of the luma/);
  expect(text.stdout).toContain('The images are identical.');
  const json: unknown = JSON.parse((await runProgram(['metrics', file, file, '--json'])).stdout);
  expect(json).toMatchObject({
    pairs: [{ identical: true, luma: { psnrDb: null, mse: 0 } }],
    mean: { psnrLumaDb: null, ssim: 1, identical: 1 },
  });
});

test('folders: files are paired by name, those without a partner are errors, and the rest gives the means', async () => {
  const folder = temporaryFolder();
  const references = path.join(folder, 'references');
  const outputs = path.join(folder, 'outputs');
  mkdirSync(references);
  mkdirSync(outputs);
  const scene = writePng(path.join(references, 'a.png'), sceneRaster(24, 20));
  writePng(path.join(references, 'b.png'), sceneRaster(30, 20));
  writePng(path.join(references, 'lonely.png'), sceneRaster(24, 20));
  copyFileSync(scene, path.join(outputs, 'a_4x.png'));
  writePng(path.join(outputs, 'b_4x.png'), nearScene(30, 20));
  const { code, stdout, stderr } = await runProgram(['metrics', references, outputs]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^a_4x\.png +∞ /m);
  expect(stdout).toMatch(/^b_4x\.png +\d\d\.\d{3} /m);
  expect(stdout).toMatch(/^mean of 2 +\d\d\.\d{3} /m);
  expect(stderr.trim()).toMatch(/There is no output named like .*lonely\.png\. \[input\/not-found\]$/);
});

test('sizes that differ are an error that names both', async () => {
  const folder = temporaryFolder();
  const reference = writePng(path.join(folder, 'reference.png'), sceneRaster(24, 20));
  const output = writePng(path.join(folder, 'output.png'), sceneRaster(20, 16));
  const { code, stdout, stderr } = await runProgram(['metrics', reference, output]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/24 × 20 px and the output 20 × 16 px.*\[metrics\/size-mismatch\]/);
});

test('the map is a grey PNG, white for no difference, and never replaces a file', async () => {
  const folder = temporaryFolder();
  const reference = writePng(path.join(folder, 'reference.png'), sceneRaster(40, 30));
  const changed = sceneRaster(40, 30);
  changed.data.fill(128, 25 * 40 * 3);
  const output = writePng(path.join(folder, 'output.png'), changed);
  const map = path.join(folder, 'map.png');
  const args = ['metrics', reference, output, '--protocol', 'plain', '--map'];
  expect(await runProgram([...args, map])).toMatchObject({ code: 0 });
  const { data, ...shape } = await storedPixels(map);
  expect(shape).toEqual({ width: 30, height: 20, channels: 1 });
  expect(data[0]).toBe(255);
  expect(data.at(-1)).toBeLessThan(200);

  const before = readFileSync(reference);
  const refused = await runProgram([...args, reference]);
  expect(refused).toMatchObject({ code: 1 });
  expect(refused.stderr).toContain('[output/exists]');
  expect(readFileSync(reference)).toEqual(before);
});

test('16-bit images are compared on the scale of 8 bit', () => {
  const raster: Raster = { width: 2, height: 1, channels: 2, data: Uint16Array.of(0, 65_535, 257, 128) };
  const image = toFloatImage(raster);
  expect([...image.data]).toEqual([0, 1, 255, Math.fround(128 / 257)]);
});

test.each([
  { what: 'a file and a folder', args: ['package.json', 'examples'] },
  { what: 'a map of folders', args: ['examples', 'examples', '--map', 'map.png'] },
  { what: 'a scale that is not a number', args: ['package.json', 'package.json', '--scale', 'x'] },
])('$what is wrong usage', async ({ args }) => {
  expect(await runProgram(['metrics', ...args])).toMatchObject({ code: 2, stdout: '' });
});
