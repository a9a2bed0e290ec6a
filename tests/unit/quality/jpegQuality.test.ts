import sharp, { type Sharp } from 'sharp';
import { describe, expect, test } from 'vitest';
import { floatRows, rowLumaPlane } from '../../../core/quality/planes/imageRows.ts';
import { jpegQuality } from '../../../core/quality/estimates/jpegQuality.ts';
import { floatImage, interleaved } from '../../bench/floatImages.ts';
import { sceneImage } from './sceneImage.ts';

const SIZE = { width: 256, height: 192 };
const scene = sceneImage(SIZE);

function saved(): Sharp {
  return sharp(interleaved(scene), { raw: { ...SIZE, channels: 3 } });
}

async function qualityOf(bytes: Buffer): Promise<number> {
  return jpegQuality(rowLumaPlane(floatRows(await floatImage(bytes))));
}

describe('jpegQuality', () => {
  test.each([35, 50, 65, 80, 88])('finds quality %i in the pixels', async (quality) => {
    const found = await qualityOf(await saved().jpeg({ quality }).toBuffer());
    expect(Math.abs(found - quality)).toBeLessThanOrEqual(10);
  });

  test('finds the stronger compression in an image that was saved twice', async () => {
    const once = await saved().jpeg({ quality: 40 }).toBuffer();
    const found = await qualityOf(await sharp(once).jpeg({ quality: 70 }).toBuffer());
    expect(Math.abs(found - 40)).toBeLessThanOrEqual(10);
  });

  test('finds no traces in an image that was never a JPEG', () => {
    expect(jpegQuality(rowLumaPlane(floatRows(scene)))).toBe(100);
  });

  test('finds no traces in a JPEG that was resized afterwards', async () => {
    const jpeg = await saved().jpeg({ quality: 50 }).toBuffer();
    expect(await qualityOf(await sharp(jpeg).resize({ width: 200 }).png().toBuffer())).toBe(100);
  });

  test('finds no traces in an image smaller than a block', () => {
    expect(jpegQuality(rowLumaPlane(floatRows(sceneImage({ width: 7, height: 5 }))))).toBe(100);
  });
});
