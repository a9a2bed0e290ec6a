import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { deflateSync, crc32 } from 'node:zlib';
import sharp from 'sharp';
import type { ChannelCount, Raster, Samples } from '../../core/api/image.ts';

const fixturesFolder = fileURLToPath(new URL('../fixtures', import.meta.url));

export const modelsFolder = fileURLToPath(new URL('../../resources/models', import.meta.url));

/** An image of our corpus, by name. */
export function fixturePath(name: string): string {
  return path.join(fixturesFolder, 'images', name);
}

export function brokenPath(name: string): string {
  return path.join(fixturesFolder, 'broken', name);
}

export interface PatternOptions {
  readonly width: number;
  readonly height: number;
  readonly channels: ChannelCount;
  readonly bitDepth: 8 | 16;
}

/** Samples without regularity across tiles or rows; the same ones every time. */
export function patternRaster({ width, height, channels, bitDepth }: PatternOptions): Raster {
  const length = width * height * channels;
  const data: Samples = bitDepth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    data[i] = state >>> (bitDepth === 8 ? 24 : 16);
  }
  return { width, height, channels, data };
}

/** An image like a screenshot: opaque areas of one colour, lines that resemble text, and one busy area. */
export function drawnScreen(options: PatternOptions): Raster {
  const { width, height, channels } = options;
  const busy = patternRaster(options);
  const unit = options.bitDepth === 8 ? 1 : 257;
  const inside = (x: number, y: number): 'busy' | 'text' | 'bar' | 'page' => {
    if (x > width * 0.7 && y > height * 0.7) return 'busy';
    if (y < 24) return 'bar';
    return x < width * 0.4 && y % 20 > 11 && y < height / 2 && (x * 7 + y * 3) % 5 < 2 ? 'text' : 'page';
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const kind = inside(x, y);
      for (let channel = 0; channel < channels; channel++) {
        const isAlpha = channel === channels - 1 && channels % 2 === 0;
        if (kind === 'busy' && !isAlpha) continue;
        const level = { bar: 60 + 20 * channel, text: 30, page: 245, busy: 255 }[kind];
        busy.data[(y * width + x) * channels + channel] = unit * (isAlpha ? 255 : level);
      }
    }
  }
  return busy;
}

/** A scene with a gradient and edges, 8 bit, without symmetry. */
export function sceneRaster(width: number, height: number, channels: ChannelCount = 3): Raster {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let channel = 0; channel < channels; channel++) {
        const slope = (x * (3 + channel) + y * 2) % 256;
        const isEdge = Math.floor(x / 7) % 2 === Math.floor(y / 5) % 2;
        data[(y * width + x) * channels + channel] = isEdge ? slope : 255 - (slope >> 1);
      }
    }
  }
  return { width, height, channels, data };
}

/** Largest difference of two lists of samples; they must be of one length. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new RangeError(`${a.length} and ${b.length} samples`);
  let most = 0;
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!));
  return most;
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Pixels of a file as they are stored, without orientation or colour conversion; 8 or 16 bit. */
export async function storedPixels(file: string | Buffer): Promise<Raster> {
  const image = sharp(file, { ignoreIcc: true, limitInputPixels: false });
  const { depth, channels: count } = await image.metadata();
  const deep = depth === 'ushort';
  // sharp drops the alpha of 8-bit grey on the way out.
  const isSpread = !deep && count === 2;
  const space = deep ? (count <= 2 ? 'grey16' : 'rgb16') : count === 1 ? 'b-w' : 'srgb';
  const { data, info } = await image
    .toColourspace(space)
    .raw({ depth: deep ? 'ushort' : 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const copy = Buffer.copyBytesFrom(data);
  const samples = deep
    ? new Uint16Array(copy.buffer, copy.byteOffset, copy.length / 2)
    : new Uint8Array(copy.buffer, copy.byteOffset, copy.length);
  const { width, height } = info;
  if (!isSpread) return { width, height, channels: info.channels, data: samples };
  const greyAndAlpha = samples.filter((_, index) => index % 4 === 0 || index % 4 === 3);
  return { width, height, channels: 2, data: greyAndAlpha };
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const PNG_COLOUR_TYPES: Readonly<Record<ChannelCount, number>> = { 1: 0, 2: 4, 3: 2, 4: 6 };

/** Writes exactly these samples as PNG, without the library under test. */
export function writePng(file: string, { width, height, channels, data }: Raster): string {
  const bytes = data instanceof Uint8Array ? 1 : 2;
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([bytes * 8, PNG_COLOUR_TYPES[channels], 0, 0, 0], 8);
  const rowLength = width * channels;
  const rows = Buffer.alloc(height * (1 + rowLength * bytes));
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < rowLength; i++) {
      const at = y * (1 + rowLength * bytes) + 1 + i * bytes;
      const value = data[y * rowLength + i]!;
      if (bytes === 1) rows.writeUInt8(value, at);
      else rows.writeUInt16BE(value, at);
    }
  }
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND', Buffer.alloc(0))];
  writeFileSync(file, Buffer.concat([signature, ...chunks]));
  return file;
}
