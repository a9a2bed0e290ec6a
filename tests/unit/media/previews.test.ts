import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from '../../../core/api/jobSettings.ts';
import type { Raster } from '../../../core/api/image.ts';
import { enlargeImage } from '../../../core/worker/enlargeImage.ts';
import { ModelCache } from '../../../core/worker/modelCache.ts';
import { Semaphore } from '../../../core/worker/semaphore.ts';
import {
  fixturePath,
  largestDifference,
  meanOf,
  modelsFolder,
  sceneRaster,
  storedPixels,
  writePng,
} from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { bytesOf, cut, pixelsOf, openTestMedia } from './mediaRig.ts';

const media = openTestMedia();

/** The whole image, enlarged as in a batch. */
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
    const shown = await pixelsOf(media, preview.enlarged);
    expect([shown.width, shown.height]).toEqual([preview.size.width, preview.size.height]);
    expect(largestDifference(shown.data, cut(whole, part).data)).toBeLessThanOrEqual(1);
    const bicubic = await pixelsOf(media, preview.bicubic);
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

  test('a crop that is outside the image, or too large, is refused', async () => {
    const file = writePng(path.join(temporaryFolder(), 'scene.png'), sceneRaster(190, 130));
    for (const wrong of [
      { x: 150, y: 0, width: 48, height: 32 },
      { x: 0, y: 120, width: 8, height: 11 },
    ]) {
      const preview = media.previewCrop({ file, crop: wrong, settings, modelsFolder });
      await expect(preview).rejects.toMatchObject({ code: 'request/invalid' });
    }
  });

  test('the colour profile is kept, rotated images are upright, and 16 bits are shown as 8', async () => {
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
