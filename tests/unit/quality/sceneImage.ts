import type { FloatImage, Size } from '../../../core/api/image.ts';
import { colourPlanes } from '../../../core/quality/planes/colourPlanes.ts';
import { resizedPlane } from '../../../core/quality/planes/resizedPlane.ts';

/** An image without repetition: waves of several directions and lengths, with a different mix in every channel. */
export function sceneImage({ width, height }: Size): FloatImage {
  const data = new Float32Array(width * height * 3);
  for (let index = 0; index < data.length; index++) {
    const channel = Math.floor(index / (width * height));
    const x = (index % width) / width;
    const y = (Math.floor(index / width) % height) / height;
    const wave = Math.sin(9 * x + 4 * y * y + 2 * channel) + Math.sin(5 * y - 7 * x * y + channel);
    data[index] = 125 + 45 * wave + 15 * Math.sin(60 * x + 37 * y);
  }
  return { width, height, channels: 3, data };
}

/** The image at another size, reduced as training images are. */
export function resizedImage(image: FloatImage, size: Size): FloatImage {
  const data = new Float32Array(size.width * size.height * image.channels);
  const row = new Float64Array(size.width);
  colourPlanes(image).forEach((plane, channel) => {
    const resized = resizedPlane(plane, size);
    for (let y = 0; y < size.height; y++) {
      resized.readRow(y, row);
      data.set(row, (channel * size.height + y) * size.width);
    }
  });
  return { ...size, channels: image.channels, data };
}
