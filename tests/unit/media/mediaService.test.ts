import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from '../../../core/api/jobSettings.ts';
import type { Raster, Rect } from '../../../core/api/image.ts';
import { createMediaService } from '../../../core/media/createMediaService.ts';
import type { MediaLauncher } from '../../../core/media/mediaLauncher.ts';
import type { MediaContent, TileAddress } from '../../../core/media/mediaService.ts';
import { MediaRegistry } from '../../../core/media/mediaRegistry.ts';
import { forkLauncher } from '../../../core/pool/launcher.ts';
import { makeSessionFolder } from '../../../core/media/sessionFolder.ts';
import { enlargeImage } from '../../../core/worker/enlargeImage.ts';
import { ModelCache } from '../../../core/worker/modelCache.ts';
import { Semaphore } from '../../../core/worker/semaphore.ts';
import {
  brokenPath,
  fixturePath,
  largestDifference,
  meanOf,
  modelsFolder,
  sceneRaster,
  storedPixels,
  writePng,
} from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** The compiled process, as the program starts it. */
const launch: MediaLauncher = forkLauncher(
  fileURLToPath(new URL('../../../dist/core/worker/media.js', import.meta.url)),
);

const cacheFolder = mkdtempSync(path.join(os.tmpdir(), 'enlarger-test-'));
/** One for all tests: its process takes a moment to start. */
const media = createMediaService({ cacheFolder, threads: 1, launch });
afterAll(async () => {
  await media.close();
  rmSync(cacheFolder, { recursive: true });
});

function bytesOf({ bytes, file }: MediaContent): Buffer {
  return bytes === undefined ? readFileSync(file ?? '') : Buffer.from(bytes);
}

async function pixelsOf(id: string, tile?: TileAddress): Promise<Raster> {
  return storedPixels(bytesOf(await media.read(id, tile)));
}

function cut({ data, width, channels }: Raster, { x, y, ...size }: Rect): Raster {
  const rows = Array.from({ length: size.height }, (_, row) => {
    const start = ((y + row) * width + x) * channels;
    return [...data.subarray(start, start + size.width * channels)];
  });
  return { ...size, channels, data: Uint8Array.from(rows.flat()) };
}

/** The whole image as the batch enlarges it. */
async function enlargeWhole(inputPath: string, settings: JobSettings): Promise<Raster> {
  const folder = temporaryFolder();
  const tempPath = path.join(folder, 'result.png');
  const tools = { models: new ModelCache(), inference: new Semaphore(1), memory: new Semaphore(1e9) };
  const scratchFolder = path.join(folder, 'scratch');
  const job = {
    id: 1,
    inputPath,
    tempPath,
    scratchFolder,
    outputFormat: 'png' as const,
    settings,
    modelsFolder,
    threads: 1,
  };
  await enlargeImage(job, tools, { onProgress: () => undefined, signal: new AbortController().signal });
  await tools.models.dispose();
  return storedPixels(tempPath);
}

describe('thumbnails', () => {
  test('are small, upright WebP, and tell the whole image’s size', async () => {
    const big = path.join(temporaryFolder(), 'big.png');
    writePng(big, sceneRaster(600, 300));
    const made = await media.thumbnail(big);
    expect(made.size).toEqual({ width: 600, height: 300 });
    expect(made.media).toMatch(/^[0-9a-f]{32}$/);
    const facts = await sharp(bytesOf(await media.read(made.media))).metadata();
    expect(facts).toMatchObject({ format: 'webp', width: 256, height: 128, space: 'srgb' });
    const turned = await media.thumbnail(fixturePath('orientation-6.jpg'));
    const upright = await sharp(fixturePath('orientation-6.jpg'))
      .autoOrient()
      .toBuffer({ resolveWithObject: true });
    expect(turned.size).toEqual({ width: upright.info.width, height: upright.info.height });
  });

  test('colours of a wide profile are those of sRGB', async () => {
    const { media: id } = await media.thumbnail(fixturePath('p3.jpg'));
    const shown = await sharp(bytesOf(await media.read(id)))
      .removeAlpha()
      .raw()
      .toBuffer();
    const expected = await sharp(fixturePath('p3.jpg')).toColourspace('srgb').raw().toBuffer();
    const meanDifference =
      shown.reduce((sum, value, i) => sum + Math.abs(value - (expected[i] ?? 0)), 0) / shown.length;
    expect(shown.length).toBe(expected.length);
    expect(meanDifference).toBeLessThan(6); // WebP at this quality; the profile left out gives 12 and more
  });

  test('the same file is read once, a changed one again', async () => {
    const file = path.join(temporaryFolder(), 'picture.png');
    writePng(file, sceneRaster(20, 10));
    const first = await media.thumbnail(file);
    expect(await media.thumbnail(file)).toEqual(first);
    rmSync(file);
    writePng(file, sceneRaster(30, 40));
    expect((await media.thumbnail(file)).size).toEqual({ width: 30, height: 40 });
  });

  test('what is not an image, or not there, fails with its code, and the service keeps running', async () => {
    const codes = ['text.jpg', 'svg.png', 'empty.jpg', 'header-only-60000x60000.png', 'not-there.png'].map(
      (name) =>
        media.thumbnail(brokenPath(name)).then(
          () => 'made',
          (error: unknown) => (error as { code: string }).code,
        ),
    );
    expect(await Promise.all(codes)).toEqual([
      'image/unsupported-format',
      'image/unsupported-format',
      'input/empty',
      'image/corrupt',
      'input/not-found',
    ]);
    expect((await media.thumbnail(fixturePath('rgb8.png'))).media).toBeTruthy();
  });
});

describe('pyramids', () => {
  test('level 0 is the image, pixel by pixel, and the last level is one tile', async () => {
    const scene = sceneRaster(1100, 700);
    const file = writePng(path.join(temporaryFolder(), 'scene.png'), scene);
    const pyramid = await media.pyramid(file);
    expect(pyramid).toMatchObject({ size: { width: 1100, height: 700 }, tilePx: 512, levels: 3 });
    for (const { column, row, width, height } of [
      { column: 0, row: 0, width: 512, height: 512 },
      { column: 2, row: 1, width: 76, height: 188 },
    ]) {
      const tile = await pixelsOf(pyramid.media, { level: 0, column, row });
      expect([tile.width, tile.height]).toEqual([width, height]);
      const part = cut(scene, { x: column * 512, y: row * 512, width, height });
      expect(largestDifference(tile.data, part.data)).toBe(0);
    }
    const last = await pixelsOf(pyramid.media, { level: 2, column: 0, row: 0 });
    expect([last.width, last.height]).toEqual([275, 175]);
    for (const tile of [{ level: 0, column: 3, row: 0 }, { level: 3, column: 0, row: 0 }, undefined]) {
      await expect(media.read(pyramid.media, tile)).rejects.toMatchObject({ code: 'media/not-found' });
    }
  });

  test.each([
    'rgba16.png',
    'grey16.png',
    'grey-alpha.png',
    'cmyk.jpg',
    'orientation-8.jpg',
    'animated.gif',
    'rgb8.avif',
    'pages.tif',
  ])('%s is shown upright in 8 bit', async (name) => {
    const { media: id, size } = await media.pyramid(fixturePath(name));
    const { width, height } = await sharp(fixturePath(name)).metadata();
    expect([size.width, size.height].sort()).toEqual([width, height].sort());
    const facts = await sharp(bytesOf(await media.read(id, { level: 0, column: 0, row: 0 }))).metadata();
    expect(facts).toMatchObject({ ...size, depth: 'uchar' });
  });
});

describe('previews', () => {
  const settings: JobSettings = { ...DEFAULT_JOB_SETTINGS, device: 'cpu', format: 'png' };
  const crop = { x: 60, y: 40, width: 48, height: 32 };

  test.each([
    { name: 'a network alone', change: {} },
    { name: 'a network and a reduction', change: { sizing: { kind: 'factor', factor: 2.5 } as const } },
    { name: 'a network and an odd width', change: { sizing: { kind: 'width', width: 517 } as const } },
    { name: 'two passes', change: { sizing: { kind: 'factor', factor: 8 } as const, model: 'bicubic' } },
    {
      name: 'interpolation to an odd size',
      change: { sizing: { kind: 'factor', factor: 1.7 } as const, model: 'lanczos' },
    },
    { name: 'a reduction', change: { sizing: { kind: 'factor', factor: 0.4 } as const } },
  ])('a crop made by $name equals that part of the whole result', async ({ change }) => {
    const file = writePng(path.join(temporaryFolder(), 'scene.png'), sceneRaster(190, 130));
    const asked = { ...settings, ...change };
    const whole = await enlargeWhole(file, asked);
    const preview = await media.previewCrop({ file, crop, settings: asked, modelsFolder });
    const part = {
      x: Math.floor((crop.x * whole.width) / 190),
      y: Math.floor((crop.y * whole.height) / 130),
      ...preview.size,
    };
    const shown = await pixelsOf(preview.enlarged);
    expect([shown.width, shown.height]).toEqual([preview.size.width, preview.size.height]);
    expect(largestDifference(shown.data, cut(whole, part).data)).toBeLessThanOrEqual(1);
    const bicubic = await pixelsOf(preview.bicubic);
    const wholeBicubic = await enlargeWhole(file, { ...asked, model: 'bicubic' });
    expect(largestDifference(bicubic.data, cut(wholeBicubic, part).data)).toBeLessThanOrEqual(1);
    expect(preview.estimateMs).toBeGreaterThan(0);
  });

  test('a newer preview supersedes one under way', async () => {
    const file = writePng(path.join(temporaryFolder(), 'scene.png'), sceneRaster(190, 130));
    const asked = { ...settings, model: 'bicubic' };
    const older = media.previewCrop({ file, crop, settings: asked, modelsFolder });
    const newer = media.previewCrop({ file, crop: { ...crop, x: 61 }, settings: asked, modelsFolder });
    await expect(older).rejects.toMatchObject({ code: 'job/cancelled' });
    expect((await newer).size).toEqual({ width: 192, height: 128 });
  });

  test('a crop outside the image, or as large as a whole one, is refused', async () => {
    const file = writePng(path.join(temporaryFolder(), 'scene.png'), sceneRaster(190, 130));
    for (const wrong of [
      { x: 150, y: 0, width: 48, height: 32 },
      { x: 0, y: 120, width: 8, height: 11 },
    ]) {
      const preview = media.previewCrop({ file, crop: wrong, settings, modelsFolder });
      await expect(preview).rejects.toMatchObject({ code: 'request/invalid' });
    }
  });

  test('the colour profile goes along, turned images are upright, and 16 bit are shown as 8', async () => {
    const asked = { ...settings, model: 'bicubic' };
    const show = async (name: string) => {
      const all = { x: 0, y: 0, width: 8, height: 8 };
      const { enlarged } = await media.previewCrop({
        file: fixturePath(name),
        crop: all,
        settings: asked,
        modelsFolder,
      });
      return sharp(bytesOf(await media.read(enlarged))).metadata();
    };
    expect((await show('p3.jpg')).icc?.length).toBeGreaterThan(100);
    expect((await show('rgb16.png')).depth).toBe('uchar');
    expect(await show('orientation-6.jpg')).toMatchObject({ width: 32, height: 32 });
  });
});

describe('heat maps', () => {
  test('show where an output differs from its input', async () => {
    const folder = temporaryFolder();
    const scene = sceneRaster(96, 64);
    const input = writePng(path.join(folder, 'input.png'), scene);
    const spoilt = { ...scene, data: scene.data.map((value, i) => (i < 96 * 3 * 8 ? 255 - value : value)) };
    const output = writePng(path.join(folder, 'output.png'), spoilt);
    const id = await media.heatMap({ input, output, kind: 'difference' });
    const content = await media.read(id);
    expect(content.contentType).toBe('image/webp');
    const { data, info } = await sharp(bytesOf(content))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const rows = Array.from({ length: info.height }, (_, y) =>
      meanOf(data.subarray(y * info.width, (y + 1) * info.width)),
    );
    expect(meanOf(rows.slice(0, 7))).toBeGreaterThan(4 * meanOf(rows.slice(10)));
    expect(await media.heatMap({ input, output, kind: 'difference' })).toBe(id);
    expect(await media.heatMap({ input, output, kind: 'gain' })).not.toBe(id);
  });
});

describe('ids and files', () => {
  test('a file is offered under its name, and nothing is left when the service is closed', async () => {
    const cacheFolder = temporaryFolder();
    const media = createMediaService({ cacheFolder, launch });
    onTestFinished(() => media.close());
    const file = path.join(temporaryFolder(), 'result.png');
    copyFileSync(fixturePath('rgb8.png'), file);
    const id = media.offer(file, 'image/png', 'cat_4x.png');
    expect(await media.read(id)).toEqual({ contentType: 'image/png', file, fileName: 'cat_4x.png' });
    await expect(media.read('0'.repeat(32))).rejects.toMatchObject({ code: 'media/not-found' });
    await media.thumbnail(file);
    await media.close();
    expect(readdirSync(cacheFolder)).toEqual([]);
    expect(existsSync(file)).toBe(true);
  });

  test('what was not asked for the longest makes room, in number and in bytes', () => {
    const folder = temporaryFolder();
    const registry = new MediaRegistry({ items: 3, bytes: 100 });
    const add = (name: string, sizeBytes: number): string => {
      const file = path.join(folder, name);
      writeFileSync(file, '');
      return registry.add({ kind: 'content', content: { contentType: 'image/png', file } }, sizeBytes, file);
    };
    const [a, b, c] = [add('a', 10), add('b', 10), add('c', 10)];
    registry.get(a);
    const d = add('d', 10);
    expect([a, b, c, d].map((id) => registry.has(id))).toEqual([true, false, true, true]);
    add('e', 95);
    expect(readdirSync(folder)).toEqual(['e']);
  });

  test('folders of processes that died are removed, those of living ones stay', () => {
    const parent = temporaryFolder();
    mkdirSync(path.join(parent, 'media-999999999-aaaaaa'));
    mkdirSync(path.join(parent, `media-${process.pid}-bbbbbb`));
    mkdirSync(path.join(parent, 'something else'));
    const made = makeSessionFolder(parent, 'media');
    expect(readdirSync(parent).sort()).toEqual(
      [path.basename(made), `media-${process.pid}-bbbbbb`, 'something else'].sort(),
    );
  });
});
