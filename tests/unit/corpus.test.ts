import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp, { type Metadata } from 'sharp';
import { describe, expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../..', import.meta.url));
const imagesFolder = path.join(checkout, 'tests/fixtures/images');
const brokenFolder = path.join(checkout, 'tests/fixtures/broken');
const examplesFolder = path.join(checkout, 'examples');

/** The properties that other tests rely on: size, channels, sample type, colour space. */
const IMAGES = [
  ['rgb8.jpg', '96x64 3 uchar srgb'],
  ['rgb8.png', '96x64 3 uchar srgb'],
  ['rgb8.webp', '96x64 3 uchar srgb'],
  ['rgb8.tif', '96x64 3 uchar srgb'],
  ['rgb8.avif', '96x64 3 uchar srgb'],
  ['rgb16.png', '96x64 3 ushort rgb16'],
  ['rgb16.tif', '96x64 3 ushort rgb16'],
  ['rgba16.png', '96x64 4 ushort rgb16'],
  ['grey8.jpg', '96x64 1 uchar b-w'],
  ['grey8.png', '96x64 1 uchar b-w'],
  ['grey16.png', '96x64 1 ushort grey16'],
  ['grey-alpha.png', '96x64 2 uchar b-w'],
  ['cmyk.jpg', '96x64 4 uchar cmyk'],
  ['p3.jpg', '96x64 3 uchar srgb'],
  ['palette-alpha.png', '96x64 4 uchar srgb'],
  ['rgba-garbage-beneath.png', '96x64 4 uchar srgb'],
  ['rgba.webp', '96x64 4 uchar srgb'],
  ['progressive.jpg', '96x64 3 uchar srgb'],
  ['orientation-1.jpg', '48x32 3 uchar srgb'],
  ['orientation-2.jpg', '48x32 3 uchar srgb'],
  ['orientation-3.jpg', '48x32 3 uchar srgb'],
  ['orientation-4.jpg', '48x32 3 uchar srgb'],
  ['orientation-5.jpg', '32x48 3 uchar srgb'],
  ['orientation-6.jpg', '32x48 3 uchar srgb'],
  ['orientation-7.jpg', '32x48 3 uchar srgb'],
  ['orientation-8.jpg', '32x48 3 uchar srgb'],
  ['animated.gif', '48x32 4 uchar srgb'],
  ['animated.webp', '48x32 4 uchar srgb'],
  ['pages.tif', '48x32 3 uchar srgb'],
  ['1x1.png', '1x1 3 uchar srgb'],
  ['1x50.png', '1x50 3 uchar srgb'],
  ['50x1.png', '50x1 3 uchar srgb'],
  ['3x7.png', '3x7 3 uchar srgb'],
] as const;

const BROKEN = [
  'empty.jpg',
  'header-only-60000x60000.png',
  'svg.png',
  'text.jpg',
  'truncated.jpg',
  'truncated.png',
  'truncated.tif',
  'truncated.webp',
  'wrong-checksum.png',
  'zero-size.png',
];

async function readPixels(file: string): Promise<Buffer> {
  return sharp(file, { failOn: 'warning' }).autoOrient().raw().toBuffer();
}

function totalBytes(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
}

describe('the images that we made', () => {
  test('are the ones listed here, and small', () => {
    expect(readdirSync(imagesFolder).sort()).toEqual(IMAGES.map(([name]) => name).sort());
    expect(readdirSync(brokenFolder).sort()).toEqual(BROKEN);
    expect(totalBytes(imagesFolder) + totalBytes(brokenFolder)).toBeLessThan(600_000);
  });

  test.each(IMAGES)('%s is %s and can be read to the end', async (name, description) => {
    const file = path.join(imagesFolder, name);
    const { width, height, channels, depth, space } = await sharp(file).metadata();
    expect(`${width}x${height} ${channels} ${depth} ${space}`).toBe(description);
    expect((await readPixels(file)).length).toBeGreaterThan(0);
  });

  test('all orientations show the same image, up to the error of JPEG', async () => {
    const upright = await readPixels(path.join(imagesFolder, 'orientation-1.jpg'));
    for (let orientation = 2; orientation <= 8; orientation++) {
      const turned = await readPixels(path.join(imagesFolder, `orientation-${orientation}.jpg`));
      const difference = turned.reduce(
        (most, value, index) => Math.max(most, Math.abs(value - upright[index]!)),
        0,
      );
      expect({ orientation, isSame: difference <= 12 }).toEqual({ orientation, isSame: true });
    }
  });

  test('the metadata to keep, the frames and the hidden colours are present', async () => {
    const metadataOf = (name: string): Promise<Metadata> => sharp(path.join(imagesFolder, name)).metadata();
    const photo = await metadataOf('rgb8.jpg');
    expect(photo).toMatchObject({ density: 300, hasProfile: true });
    expect(photo.exif?.toString('latin1')).toContain('Fixture Camera');
    expect(photo.xmp?.toString('utf8')).toContain('Fixture Author');
    expect((await metadataOf('p3.jpg')).hasProfile).toBe(true);
    for (const name of ['animated.gif', 'animated.webp', 'pages.tif']) {
      expect(await metadataOf(name)).toMatchObject({ pages: 3 });
    }
    const hidden = await readPixels(path.join(imagesFolder, 'rgba-garbage-beneath.png'));
    expect([...hidden.subarray(0, 4)]).toEqual([255, 0, 255, 0]);
  });

  test.each(BROKEN.filter((name) => name !== 'svg.png'))('%s cannot be read', async (name) => {
    await expect(readPixels(path.join(brokenFolder, name))).rejects.toThrow();
  });
});

describe('the example images', () => {
  const names = readdirSync(examplesFolder).filter((name) => name !== 'CREDITS.md');

  test('are credited by name, readable and small', async () => {
    const credits = readFileSync(path.join(examplesFolder, 'CREDITS.md'), 'utf8');
    expect(names.length).toBeGreaterThanOrEqual(4);
    for (const name of names) {
      expect(credits).toContain(`\`${name}\``);
      const { width, height } = await sharp(path.join(examplesFolder, name)).metadata();
      expect(Math.max(width, height)).toBeLessThanOrEqual(250);
    }
    expect(totalBytes(examplesFolder)).toBeLessThan(400_000);
  });
});
