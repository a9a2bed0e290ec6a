import { bitDepthOf, type FloatImage, type Raster } from '../api/image.ts';

/** An image as the metrics use it: planes on the scale 0…255, where 16-bit samples have fractions. */
export function toFloatImage({ width, height, channels, data: samples }: Raster): FloatImage {
  const unit = bitDepthOf(samples) === 8 ? 1 : 255 / 65535;
  const planePixels = width * height;
  const data = new Float32Array(channels * planePixels);
  for (let channel = 0; channel < channels; channel++) {
    const start = channel * planePixels;
    for (let pixel = 0; pixel < planePixels; pixel++) {
      data[start + pixel] = samples[pixel * channels + channel]! * unit;
    }
  }
  return { width, height, channels, data };
}
