import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { bitDepthOf, type Raster } from '../../../core/api/image.ts';
import type { OutputFormat } from '../../../core/api/outputFormats.ts';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from '../../../core/api/jobSettings.ts';
import type { EnlargeJob, EnlargedImage } from '../../../core/pool/messages.ts';
import { enlargeImage, type WorkerTools } from '../../../core/worker/enlargeImage.ts';
import { ModelCache } from '../../../core/worker/modelCache.ts';
import { Semaphore } from '../../../core/worker/semaphore.ts';
import {
  fixturePath,
  largestDifference,
  meanOf,
  modelsFolder,
  patternRaster,
  storedPixels,
  writePng,
} from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const tools: WorkerTools = {
  models: new ModelCache(),
  inference: new Semaphore(1),
  memory: new Semaphore(64 * 1024 * 1024),
};
const hooks = { signal: new AbortController().signal, onProgress: (): void => undefined };

function jobFor(
  folder: string,
  inputPath: string,
  outputFormat: OutputFormat,
  settings: Partial<JobSettings>,
): EnlargeJob {
  return {
    id: 1,
    inputPath,
    tempPath: path.join(folder, 'made.part'),
    scratchFolder: path.join(folder, 'made.scratch'),
    outputFormat,
    settings: {
      ...DEFAULT_JOB_SETTINGS,
      model: 'nearest',
      sizing: { kind: 'factor', factor: 2 },
      ...settings,
    },
    modelsFolder,
    threads: 1,
  };
}

async function enlarge(
  inputPath: string,
  outputFormat: OutputFormat,
  settings: Partial<JobSettings> = {},
): Promise<{ made: Raster; result: EnlargedImage; file: string }> {
  const folder = temporaryFolder();
  const job = jobFor(folder, inputPath, outputFormat, settings);
  const result = await enlargeImage(job, tools, hooks);
  if (result.kind !== 'enhanced') throw new Error(result.kind);
  expect(readdirSync(folder).filter((name) => name !== 'made.part' && name !== 'made.scratch')).toEqual([]);
  return { made: await storedPixels(job.tempPath), result, file: job.tempPath };
}

const KINDS = ([1, 2, 3, 4] as const).flatMap((channels) =>
  ([8, 16] as const).map((bitDepth) => ({ channels, bitDepth })),
);

test.each(KINDS)('$channels channels of $bitDepth bit are kept exactly with nearest', async (kind) => {
  const raster = patternRaster({ width: 19, height: 13, ...kind });
  if (kind.channels % 2 === 0) {
    // Colour beneath full transparency may change; nothing else.
    raster.data.forEach((value, index) => {
      if (index % kind.channels === kind.channels - 1) raster.data[index] = Math.max(value, 1);
    });
  }
  const file = writePng(path.join(temporaryFolder(), 'in.png'), raster);
  for (const format of ['png', 'tiff'] as const) {
    const { made } = await enlarge(file, format);
    expect([made.width, made.height, made.channels, bitDepthOf(made.data)]).toEqual([
      ...[38, 26],
      ...[kind.channels, kind.bitDepth],
    ]);
    const expected = made.data.map((_, index) => {
      const channel = index % kind.channels;
      const at = (index - channel) / kind.channels;
      const x = Math.floor((at % 38) / 2);
      return raster.data[(Math.floor(Math.floor(at / 38) / 2) * 19 + x) * kind.channels + channel]!;
    });
    expect(largestDifference(made.data, expected)).toBe(0);
  }
});

test('16 bit are reduced to 8 by noise, and exactly where possible', async () => {
  const raster = patternRaster({ width: 40, height: 30, channels: 3, bitDepth: 16 });
  raster.data.forEach((value, index) => (raster.data[index] = (value >> 8) * 257));
  const file = writePng(path.join(temporaryFolder(), 'in.png'), raster);
  const { made } = await enlarge(file, 'webp', { quality: 100 });
  expect(bitDepthOf(made.data)).toBe(8);
  const grey = patternRaster({ width: 40, height: 30, channels: 1, bitDepth: 16 });
  grey.data.fill(30_000);
  const greyFile = writePng(path.join(temporaryFolder(), 'grey.png'), grey);
  const { made: greyMade } = await enlarge(greyFile, 'jpeg', { quality: 100 });
  expect(greyMade.channels).toBe(1);
  expect(Math.abs(meanOf(greyMade.data) - 30_000 / 257)).toBeLessThan(0.1);
});

describe('colour hidden beneath transparency', () => {
  /** A white disc on transparency; the colour beneath it must not be seen. */
  function discOver(hidden: readonly [number, number, number]): Raster {
    const side = 48;
    const data = new Uint8Array(side * side * 4);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const isInside = Math.hypot(x - 24, y - 24) < 15;
        data.set(isInside ? [255, 255, 255, 255] : [...hidden, 0], (y * side + x) * 4);
      }
    }
    return { width: side, height: side, channels: 4, data };
  }

  test.each([
    { model: 'bicubic', factor: 2 },
    { model: 'bicubic', factor: 1.7 },
    { model: 'lanczos', factor: 0.4 },
    { model: 'fast-x2', factor: 2 },
    { model: 'fast-x2', factor: 1.5 },
  ])('never reaches visible pixels: $model at $factor', async ({ model, factor }) => {
    const results: Raster[] = [];
    for (const hidden of [
      [255, 0, 255],
      [0, 255, 0],
    ] as const) {
      const file = writePng(path.join(temporaryFolder(), 'disc.png'), discOver(hidden));
      results.push((await enlarge(file, 'png', { model, sizing: { kind: 'factor', factor } })).made);
    }
    const [first, second] = results;
    let most = 0;
    let leastWhite = 255;
    for (let i = 0; i < first!.data.length; i += 4) {
      if (first!.data[i + 3]! === 0) continue;
      for (let channel = 0; channel < 3; channel++) {
        most = Math.max(most, Math.abs(first!.data[i + channel]! - second!.data[i + channel]!));
        leastWhite = Math.min(leastWhite, first!.data[i + channel]!);
      }
    }
    expect(most).toBe(0);
    expect(leastWhite).toBeGreaterThanOrEqual(253);
  });
});

test.each([
  { sizing: { kind: 'factor', factor: 1.5 }, size: '144x96', models: ['fast-x2'] },
  { sizing: { kind: 'factor', factor: 5 }, size: '480x320', models: ['fast-x2', 'fast-x3'] },
  { sizing: { kind: 'width', width: 301 }, size: '301x201', models: ['fast-x4'] },
  { sizing: { kind: 'factor', factor: 0.5 }, size: '48x32', models: ['lanczos'] },
  { sizing: { kind: 'factor', factor: 1 }, size: '96x64', models: [] },
] as const)('$sizing gives $size by $models', async ({ sizing, size, models }) => {
  const { made, result } = await enlarge(fixturePath('rgb8.png'), 'png', { model: 'fast', sizing });
  expect([`${made.width}x${made.height}`, result.models]).toEqual([size, models]);
});

test('an image of one size, from 16 to 8 bit, was made by no model', async () => {
  const sizing = { kind: 'factor', factor: 1 } as const;
  const { result } = await enlarge(fixturePath('rgb16.png'), 'jpeg', { model: 'fast', sizing });
  expect(result.models).toEqual([]);
});

test('an image that is large enough is skipped on request', async () => {
  const folder = temporaryFolder();
  const settings = { onlyIfSmaller: true, sizing: { kind: 'width', width: 96 } } as const;
  const job = jobFor(folder, fixturePath('rgb8.png'), 'png', settings);
  expect(await enlargeImage(job, tools, hooks)).toEqual({
    kind: 'large-enough',
    input: { width: 96, height: 64 },
  });
  expect(readdirSync(folder)).toEqual([]);
});

test('leftovers of an attempt whose worker died do no harm', async () => {
  const folder = temporaryFolder();
  const job = jobFor(folder, fixturePath('rgb8.png'), 'png', {});
  writeFileSync(job.tempPath, 'half a pict');
  mkdirSync(job.scratchFolder);
  writeFileSync(path.join(job.scratchFolder, 'step0'), 'half');
  expect((await enlargeImage(job, tools, hooks)).kind).toBe('enhanced');
  expect((await storedPixels(job.tempPath)).width).toBe(192);
});

test.each([
  { settings: { maxOutputMegapixels: 0.01 }, code: 'image/too-large' },
  { settings: { maxInputMegapixels: 0.001 }, code: 'image/too-large' },
  { settings: { model: 'fastest' }, code: 'model/not-found' },
  { settings: { model: 'fast', device: '7' }, code: 'engine/unavailable' },
  { settings: { sizing: { kind: 'width', width: 70_000 } }, code: 'size/too-large-for-format' },
] as const)('$code for $settings, and nothing is left', async ({ settings, code }) => {
  const folder = temporaryFolder();
  const job = jobFor(folder, fixturePath('rgb8.png'), 'jpeg', { maxOutputMegapixels: 1e5, ...settings });
  await expect(enlargeImage(job, tools, hooks)).rejects.toMatchObject({ code });
  expect(readdirSync(folder)).toEqual([]);
});

// At its borders, a network tints saturated colours.
test.each([
  { width: 1, height: 1 },
  { width: 9, height: 2 },
  { width: 40, height: 30 },
])('$width × $height pixels of one colour stay of this colour', async (size) => {
  const input = path.join(temporaryFolder(), 'in.png');
  const data = new Uint8Array(size.width * size.height * 3).map((_, index) => [255, 0, 190][index % 3]!);
  writePng(input, { ...size, channels: 3, data });
  const { made } = await enlarge(input, 'png', { model: 'fast', sizing: { kind: 'factor', factor: 4 } });
  expect(made.data.findIndex((value, index) => value !== [255, 0, 190][index % 3])).toBe(-1);
});

test('cancelling ends the work between two tiles, and nothing is left', async () => {
  const folder = temporaryFolder();
  const cancel = new AbortController();
  const raster = patternRaster({ width: 300, height: 200, channels: 3, bitDepth: 8 });
  const input = writePng(path.join(folder, 'in.png'), raster);
  const job = jobFor(folder, input, 'png', { tile: 32 });
  let tiles = 0;
  const work = enlargeImage(job, tools, {
    signal: cancel.signal,
    onProgress: (done) => {
      tiles = done;
      if (done === 3) cancel.abort();
    },
  });
  await expect(work).rejects.toMatchObject({ code: 'job/cancelled' });
  expect([tiles, existsSync(job.tempPath)]).toEqual([3, false]);
});

// Scans of old photos have the time of the photo; Node takes a negative number as "now".
test.each([1_234_567_890_500, -246_567_890_000, 0])(
  'the input’s time (%d) is copied to the result, and the input does not change',
  async (modifiedAtMs) => {
    const input = path.join(temporaryFolder(), 'in.jpg');
    copyFileSync(fixturePath('rgb8.jpg'), input);
    utimesSync(input, 1_000_000_000, new Date(modifiedAtMs));
    const before = statSync(input);
    const { file } = await enlarge(input, 'jpeg');
    const after = statSync(input);
    expect(statSync(file).mtimeMs).toBe(modifiedAtMs);
    expect([after.mtimeMs, after.ino, after.size]).toEqual([before.mtimeMs, before.ino, before.size]);
  },
);
