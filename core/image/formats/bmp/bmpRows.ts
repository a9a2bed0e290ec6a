import type { Raster } from '../../../api/image.ts';
import type { BmpHeader } from './bmpHeader.ts';

/** Colours of palette indices, row by row from the top. */
export function colourIndices(
  indices: Uint8Array,
  { width, height, palette }: Pick<BmpHeader, 'width' | 'height' | 'palette'>,
): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < indices.length; pixel++) {
    const entry = indices[pixel]! * 3;
    data[pixel * 3] = palette[entry]!;
    data[pixel * 3 + 1] = palette[entry + 1]!;
    data[pixel * 3 + 2] = palette[entry + 2]!;
  }
  return { width, height, channels: 3, data };
}

/** Uncompressed rows of 1, 4 or 8 bits a pixel. */
export function readPalettedRows(bytes: Uint8Array, header: BmpHeader, rowBytes: number): Raster {
  const { width, height, bitsPerPixel: bits, pixelsOffset } = header;
  const perByte = 8 / bits;
  const mask = 2 ** bits - 1;
  const indices = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const row = pixelsOffset + (header.isTopDown ? y : height - 1 - y) * rowBytes;
    for (let x = 0; x < width; x++) {
      const byte = bytes[row + Math.floor(x / perByte)] ?? 0;
      indices[y * width + x] = (byte >> ((perByte - 1 - (x % perByte)) * bits)) & mask;
    }
  }
  return colourIndices(indices, header);
}
