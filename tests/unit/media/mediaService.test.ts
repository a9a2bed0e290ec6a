import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createMediaService } from '../../../core/media/createMediaService.ts';
import { MediaRegistry } from '../../../core/media/mediaRegistry.ts';
import { makeSessionFolder } from '../../../core/media/sessionFolder.ts';
import { brokenPath, fixturePath, largestDifference, sceneRaster, writePng } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { bytesOf, cut, launch, openTestMedia, pixelsOf } from './mediaRig.ts';

const media = openTestMedia();

describe('thumbnails', () => {
  test('are small, upright WebP, and report the size of the full image', async () => {
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

  test('colours of a wide-gamut profile are converted to sRGB', async () => {
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

  test('files that are missing or not images fail with a code, and the service keeps running', async () => {
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
      const tile = await pixelsOf(media, pyramid.media, { level: 0, column, row });
      expect([tile.width, tile.height]).toEqual([width, height]);
      const part = cut(scene, { x: column * 512, y: row * 512, width, height });
      expect(largestDifference(tile.data, part.data)).toBe(0);
    }
    const last = await pixelsOf(media, pyramid.media, { level: 2, column: 0, row: 0 });
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

  test('the least recently used is evicted, by number and by bytes', () => {
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

  test('folders of processes that died are removed, those of running ones stay', () => {
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
