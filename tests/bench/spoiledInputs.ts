import sharp, { type Sharp } from 'sharp';
import type { FloatImage } from '../../core/api/image.ts';
import type { Random } from './brokenOutputs.ts';
import { floatImage, interleaved } from './floatImages.ts';

/** What happens to photographs before they are enlarged; all strengths are drawn from the seed. */
export type Spoiling = (image: FloatImage, random: Random) => Promise<FloatImage>;

/** Four ways, as people's files have been through them. */
export const SPOILINGS: Readonly<Record<string, Spoiling>> = {
  'small web JPEG': (image, random) => throughJpeg(image, between(30, 60, random)),
  phone: async (image, random) =>
    throughJpeg(await sharpened(withNoise(image, between(3, 8, random), random)), between(65, 85, random)),
  'strong noise': (image, random) => Promise.resolve(withNoise(image, between(12, 25, random), random)),
  'compressed twice': async (image, random) => {
    const first = await throughJpeg(image, between(50, 75, random));
    const smaller = await resized(first, between(0.6, 0.85, random));
    const back = await stretchedTo(smaller, image);
    return throughJpeg(back, between(45, 70, random));
  },
};

function between(least: number, most: number, random: Random): number {
  return least + (most - least) * random();
}

/** Gaussian noise by Box and Muller; luma and colour alike. */
function withNoise(image: FloatImage, sigma: number, random: Random): FloatImage {
  const data = image.data.map((sample) => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return clamped(sample + sigma * radius * Math.cos(2 * Math.PI * random()));
  });
  return { ...image, data };
}

function clamped(sample: number): number {
  return Math.min(255, Math.max(0, Math.round(sample)));
}

async function throughJpeg(image: FloatImage, quality: number): Promise<FloatImage> {
  return floatImage(
    await sharpOf(image)
      .jpeg({ quality: Math.round(quality) })
      .toBuffer(),
  );
}

async function sharpened(image: FloatImage): Promise<FloatImage> {
  return floatImage(await sharpOf(image).sharpen({ sigma: 1 }).png().toBuffer());
}

async function resized(image: FloatImage, factor: number): Promise<FloatImage> {
  return floatImage(
    await sharpOf(image)
      .resize({ width: Math.round(image.width * factor) })
      .png()
      .toBuffer(),
  );
}

async function stretchedTo(image: FloatImage, { width, height }: FloatImage): Promise<FloatImage> {
  return floatImage(await sharpOf(image).resize({ width, height, fit: 'fill' }).png().toBuffer());
}

function sharpOf(image: FloatImage): Sharp {
  const { width, height } = image;
  return sharp(interleaved(image), { raw: { width, height, channels: 3 } });
}
