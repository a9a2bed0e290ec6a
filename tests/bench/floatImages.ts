import sharp from 'sharp';
import type { FloatImage, Raster, Size } from '../../core/api/image.ts';
import { toFloatImage } from '../../core/image/toFloatImage.ts';
import { colourPlanes } from '../../core/quality/planes/colourPlanes.ts';
import { resizedPlane } from '../../core/quality/planes/resizedPlane.ts';

/**
 * Decodes a file or the bytes of one to RGB, transparency on black.
 *
 * @param mostPx Of larger images only a square of this side is used, from their middle.
 */
export async function floatImage(source: string | Buffer, mostPx = Infinity): Promise<FloatImage> {
  const { width: fullWidth, height: fullHeight } = await sharp(source).metadata();
  const region = { width: Math.min(fullWidth, mostPx), height: Math.min(fullHeight, mostPx) };
  const { data, info } = await sharp(source)
    .extract({
      left: Math.floor((fullWidth - region.width) / 2),
      top: Math.floor((fullHeight - region.height) / 2),
      ...region,
    })
    .flatten()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const image = toFloatImage({ width, height, channels: channels === 1 ? 1 : 3, data });
  if (image.channels === 3) return image;
  const grey = image.data;
  const rgb = new Float32Array(3 * grey.length);
  for (const channel of [0, 1, 2]) rgb.set(grey, channel * grey.length);
  return { ...image, channels: 3, data: rgb };
}

/** The samples of an RGB image, pixel by pixel, rounded to 8 bit. */
export function interleaved({ width, height, data }: FloatImage): Uint8Array {
  const pixels = width * height;
  const samples = new Uint8Array(3 * pixels);
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      samples[3 * pixel + channel] = data[channel * pixels + pixel] ?? 0;
    }
  }
  return samples;
}

/** An RGB image as the pipeline takes it. */
export function rasterOf(image: FloatImage): Raster {
  return { width: image.width, height: image.height, channels: 3, data: interleaved(image) };
}

/** An image reduced as training images are: bicubic with antialiasing, rounded to 8 bit. */
export function reducedImage(image: FloatImage, size: Size): FloatImage {
  const pixels = size.width * size.height;
  const data = new Float32Array(pixels * 3);
  const row = new Float64Array(size.width);
  colourPlanes(image).forEach((plane, channel) => {
    const small = resizedPlane(plane, size);
    for (let y = 0; y < size.height; y++) {
      small.readRow(y, row);
      data.set(row.map(to8Bit), channel * pixels + y * size.width);
    }
  });
  return { ...size, channels: 3, data };
}

function to8Bit(sample: number): number {
  return Math.min(255, Math.max(0, Math.round(sample)));
}
