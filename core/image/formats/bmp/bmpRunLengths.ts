import { EnlargerError } from '../../../api/errors.ts';
import type { Raster } from '../../../api/image.ts';
import { colourIndices } from './bmpRows.ts';
import type { BmpHeader } from './bmpHeader.ts';

const ESCAPE = { endOfLine: 0, endOfImage: 1, delta: 2 } as const;

/**
 * Decodes run lengths of 4 or 8 bits (Microsoft, "Bitmap Compression"). Pixels that the data skip have index 0; if the
 * data end early, so do all that are left, as in every viewer.
 *
 * @throws EnlargerError `image/corrupt` for data without a single pixel.
 */
export function readRunLengths(bytes: Uint8Array, header: BmpHeader): Raster {
  const { width, height, bitsPerPixel } = header;
  const indices = new Uint8Array(width * height);
  let position = header.pixelsOffset;
  let x = 0;
  let y = 0;
  let pixels = 0;
  const put = (index: number): void => {
    pixels++;
    const row = header.isTopDown ? y : height - 1 - y;
    if (x < width && y < height) indices[row * width + x] = index;
    x++;
  };
  const indexIn = (byte: number, at: number): number =>
    bitsPerPixel === 8 ? byte : at % 2 === 0 ? byte >> 4 : byte & 15;
  while (position + 1 < bytes.length && y < height) {
    const count = bytes[position++]!;
    const value = bytes[position++]!;
    if (count > 0) {
      for (let at = 0; at < count; at++) put(indexIn(value, at));
    } else if (value === ESCAPE.endOfLine) {
      x = 0;
      y++;
    } else if (value === ESCAPE.endOfImage) {
      break;
    } else if (value === ESCAPE.delta) {
      x += bytes[position++] ?? 0;
      y += bytes[position++] ?? 0;
    } else {
      const runBytes = bitsPerPixel === 8 ? value : Math.ceil(value / 2);
      for (let at = 0; at < value; at++)
        put(indexIn(bytes[position + (bitsPerPixel === 8 ? at : at >> 1)] ?? 0, at));
      position += runBytes + (runBytes % 2);
    }
  }
  if (pixels === 0)
    throw new EnlargerError('image/corrupt', 'The BMP is damaged: all of its pixels are missing.');
  return colourIndices(indices, header);
}
