import { EnlargerError } from '../../../api/errors.ts';
import type { Raster } from '../../../api/image.ts';
import { readUint } from '../../../metadata/byteFields.ts';
import type { BmpHeader } from './bmpHeader.ts';
import { readPalettedRows } from './bmpRows.ts';
import { readRunLengths } from './bmpRunLengths.ts';

const FILE_HEADER_BYTES = 14;
const OS2_HEADER_BYTES = 12;

/** Methods of files for printers, which contain an entire image of another format. */
const EMBEDDED_IMAGES: Readonly<Record<number, string>> = { 4: 'A JPEG', 5: 'A PNG' };

/** Compression methods that are read (Microsoft, BITMAPINFOHEADER). */
const METHOD = { none: 0, rle8: 1, rle4: 2, bitFields: 3, alphaBitFields: 6 } as const;

/** The bits per pixel that each of them is defined for, and 24 with masks, which some programs write. */
const DEPTHS_OF_METHOD: Readonly<Record<number, readonly number[]>> = {
  [METHOD.none]: [1, 4, 8, 16, 24, 32],
  [METHOD.rle8]: [8],
  [METHOD.rle4]: [4],
  [METHOD.bitFields]: [16, 24, 32],
  [METHOD.alphaBitFields]: [16, 24, 32],
};

function corrupt(reason: string): EnlargerError {
  return new EnlargerError('image/corrupt', `The BMP is damaged: ${reason}.`);
}

function unsupported(what: string): EnlargerError {
  const message = `${what} is not supported in a BMP. Convert it to PNG first.`;
  return new EnlargerError('image/unsupported-pixels', message);
}

function little(bytes: Uint8Array, offset: number, sizeBytes: number): number {
  return readUint(bytes, { offset, sizeBytes, order: 'little' });
}

function signed(bytes: Uint8Array, offset: number): number {
  return little(bytes, offset, 4) | 0;
}

function masksOf(bytes: Uint8Array, headerBytes: number, bits: number, method: number): BmpHeader['masks'] {
  const at = FILE_HEADER_BYTES + 40;
  if (method === METHOD.bitFields || method === METHOD.alphaBitFields) {
    const hasAlpha = headerBytes >= 56 || method === METHOD.alphaBitFields;
    return [
      little(bytes, at, 4),
      little(bytes, at + 4, 4),
      little(bytes, at + 8, 4),
      hasAlpha ? little(bytes, at + 12, 4) : 0,
    ];
  }
  return bits === 16 ? [0x7c00, 0x03e0, 0x001f, 0] : [0xff0000, 0xff00, 0xff, 0];
}

/** Whether the bits of each colour are adjacent and do not overlap those of others. */
function areMasksSound(masks: BmpHeader['masks'], bits: number): boolean {
  const isPossible = (mask: number, index: number): boolean => {
    const { peak } = shiftAndPeak(mask);
    return (mask !== 0 || index === 3) && (peak & (peak + 1)) === 0 && mask < 2 ** bits;
  };
  const areApart = masks.every((mask, index) =>
    masks.every((other, at) => at <= index || (mask & other) === 0),
  );
  return masks.every(isPossible) && areApart;
}

function paletteOf(bytes: Uint8Array, headerBytes: number, bits: number, method: number): Uint8Array {
  if (bits > 8) return new Uint8Array();
  const isOs2 = headerBytes === OS2_HEADER_BYTES;
  const entryBytes = isOs2 ? 3 : 4;
  const declared = isOs2 ? 0 : little(bytes, FILE_HEADER_BYTES + 32, 4);
  const count = Math.min(256, declared === 0 ? 2 ** bits : declared);
  const masksBytes = headerBytes === 40 && method === METHOD.bitFields ? 12 : 0;
  const start = FILE_HEADER_BYTES + headerBytes + masksBytes;
  const palette = new Uint8Array(256 * 3);
  for (let index = 0; index < count; index++) {
    const entry = start + index * entryBytes;
    for (let channel = 0; channel < 3; channel++)
      palette[index * 3 + channel] = bytes[entry + 2 - channel] ?? 0;
  }
  return palette;
}

/** A profile inside the file; version 5 headers only ("MBED"). */
function profileOf(bytes: Uint8Array, headerBytes: number): Uint8Array | undefined {
  const EMBEDDED = 0x4d424544;
  if (headerBytes < 124 || little(bytes, FILE_HEADER_BYTES + 56, 4) !== EMBEDDED) return undefined;
  const start = FILE_HEADER_BYTES + little(bytes, FILE_HEADER_BYTES + 112, 4);
  const sizeBytes = little(bytes, FILE_HEADER_BYTES + 116, 4);
  return start + sizeBytes <= bytes.length && sizeBytes >= 128
    ? bytes.subarray(start, start + sizeBytes)
    : undefined;
}

/**
 * Reads a BMP's headers: OS/2 1.x, Windows 3 and versions 4 and 5.
 *
 * @throws EnlargerError `image/corrupt` or `image/unsupported-pixels`.
 */
export function readBmpHeader(bytes: Uint8Array): BmpHeader {
  const headerBytes = little(bytes, FILE_HEADER_BYTES, 4);
  const isOs2 = headerBytes === OS2_HEADER_BYTES;
  if (!isOs2 && (headerBytes < 40 || headerBytes > 256)) throw corrupt(`its header has ${headerBytes} bytes`);
  if (bytes.length < FILE_HEADER_BYTES + headerBytes) throw corrupt('its header is cut off');
  const at = FILE_HEADER_BYTES + 4;
  const width = isOs2 ? little(bytes, at, 2) : signed(bytes, at);
  const storedHeight = isOs2 ? little(bytes, at + 2, 2) : signed(bytes, at + 4);
  const bitsPerPixel = little(bytes, isOs2 ? at + 6 : at + 10, 2);
  const method = isOs2 ? METHOD.none : little(bytes, at + 12, 4);
  if (width < 1 || storedHeight === 0) throw corrupt(`its size is ${width} × ${storedHeight} px`);
  const embedded = EMBEDDED_IMAGES[method];
  if (embedded !== undefined) throw unsupported(`${embedded} in place of pixels`);
  if (![1, 4, 8, 16, 24, 32].includes(bitsPerPixel)) throw unsupported(`A pixel of ${bitsPerPixel} bits`);
  const depths = DEPTHS_OF_METHOD[method];
  if (depths === undefined) throw unsupported(`Compression method ${method}`);
  if (!depths.includes(bitsPerPixel))
    throw corrupt(`a pixel of ${bitsPerPixel} bits with compression method ${method} is not defined`);
  const pixelsOffset = little(bytes, 10, 4);
  if (pixelsOffset < FILE_HEADER_BYTES + headerBytes) throw corrupt('its pixels begin inside of its header');
  const masks = masksOf(bytes, headerBytes, bitsPerPixel, method);
  if (bitsPerPixel > 8 && !areMasksSound(masks, bitsPerPixel))
    throw corrupt('its colour masks are not possible');
  const icc = profileOf(bytes, headerBytes);
  return {
    width,
    height: Math.abs(storedHeight),
    isTopDown: storedHeight < 0,
    bitsPerPixel,
    method,
    masks,
    palette: paletteOf(bytes, headerBytes, bitsPerPixel, method),
    pixelsOffset,
    ...(icc !== undefined && { icc }),
  };
}

/** Where a mask's bits begin, and the largest value under it. */
function shiftAndPeak(mask: number): { readonly shift: number; readonly peak: number } {
  const shift = mask === 0 ? 0 : 31 - Math.clz32(mask & -mask);
  return { shift, peak: (mask >>> shift) >>> 0 };
}

function readMaskedRows(bytes: Uint8Array, header: BmpHeader, rowBytes: number): Raster {
  const { width, height, masks, bitsPerPixel } = header;
  const pixelBytes = bitsPerPixel / 8;
  const hasAlpha = masks[3] !== 0;
  const channels = hasAlpha ? 4 : 3;
  const fields = masks.slice(0, channels).map((mask) => ({ mask, ...shiftAndPeak(mask) }));
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const row = header.pixelsOffset + (header.isTopDown ? y : height - 1 - y) * rowBytes;
    let target = y * width * channels;
    for (let x = 0; x < width; x++) {
      const pixel = little(bytes, row + x * pixelBytes, pixelBytes);
      for (const { mask, shift, peak } of fields) {
        data[target++] = peak === 0 ? 0 : Math.round((((pixel & mask) >>> shift) * 255) / peak);
      }
    }
  }
  return { width, height, channels, data };
}

/**
 * Many programs fill the fourth byte with zeros although they declare it as alpha: such an image would be invisible.
 */
function withoutEmptyAlpha(image: Raster): Raster {
  if (image.channels !== 4 || image.data.some((value, index) => index % 4 === 3 && value !== 0)) return image;
  const { width, height } = image;
  return { width, height, channels: 3, data: image.data.filter((_, index) => index % 4 !== 3) };
}

/**
 * Decodes a BMP whose header was read before.
 *
 * @throws EnlargerError `image/corrupt` when pixels are missing.
 */
export function decodeBmp(bytes: Uint8Array, header: BmpHeader): Raster {
  const { width, height, bitsPerPixel, method, pixelsOffset } = header;
  if (method === METHOD.rle8 || method === METHOD.rle4) return readRunLengths(bytes, header);
  const rowBytes = Math.ceil((width * bitsPerPixel) / 32) * 4;
  const missing = pixelsOffset + rowBytes * height - bytes.length;
  // Some writers omit the padding of the last row from the file and from its size.
  const paddingBytes = rowBytes - Math.ceil((width * bitsPerPixel) / 8);
  const isCutOff = missing > 0 && little(bytes, 2, 4) > bytes.length;
  if (missing > paddingBytes || isCutOff) throw corrupt(`${missing} bytes of its pixels are missing`);
  if (bitsPerPixel <= 8) return readPalettedRows(bytes, header, rowBytes);
  return withoutEmptyAlpha(readMaskedRows(bytes, header, rowBytes));
}
