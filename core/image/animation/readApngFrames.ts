import { EnlargerError } from '../../api/errors.ts';
import type { Rect, Size } from '../../api/image.ts';
import { joinBytes, latin1Bytes, uintBytes } from '../../metadata/byteFields.ts';
import { bytesSource } from '../../metadata/byteSource.ts';
import { pngChunk, pngChunks, PNG_SIGNATURE } from '../../metadata/png/pngChunks.ts';
import { readApng, type ApngFrame } from '../formats/png/apngFrames.ts';
import { areChunksSound, repairChecksum, WRONG_CHECKSUM } from '../formats/png/repairChecksum.ts';
import { sharp } from '../sharpLoader.ts';
import { assertFramesFit, type FrameOptions, type Frames } from './frames.ts';

/** Chunks in front of the pixels that decide how these are read. */
const PIXEL_CHUNKS = ['PLTE', 'tRNS', 'iCCP', 'sRGB', 'gAMA', 'cHRM'];

const EMPTY = Uint8Array.of();

/** A frame as a separate PNG. */
function framePng(file: Buffer, frame: ApngFrame): Buffer {
  const source = bytesSource(file);
  let header: Uint8Array = EMPTY;
  const kept: Uint8Array[] = [];
  for (const { type, start, dataStart, dataEnd, end } of pngChunks(source)) {
    if (type === 'IDAT') break;
    if (type === 'IHDR') header = source.read(dataStart + 8, dataEnd);
    else if (PIXEL_CHUNKS.includes(type)) kept.push(source.read(start, end));
  }
  const size = joinBytes([uintBytes(frame.width, 4, 'big'), uintBytes(frame.height, 4, 'big')]);
  return Buffer.from(
    joinBytes([
      latin1Bytes(PNG_SIGNATURE),
      pngChunk('IHDR', joinBytes([size, header])),
      ...kept,
      ...frame.data.map(({ start, end }) => pngChunk('IDAT', source.read(start, end))),
      pngChunk('IEND', EMPTY),
    ]),
  );
}

async function decodeFrame(png: Buffer, { maxPixels, ignoreIcc }: FrameOptions): Promise<Uint8Array> {
  const image = sharp(png, { failOn: 'warning', limitInputPixels: maxPixels, ignoreIcc });
  const { icc } = await image.metadata();
  // See [Note: Deep colour by profile].
  const inSrgb = icc !== undefined && !ignoreIcc ? image.withIccProfile('srgb', { attach: false }) : image;
  const { data } = await inSrgb
    .ensureAlpha()
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return new Uint8Array(data.buffer, data.byteOffset, data.length);
}

/** A frame whose error was ignored carries its sentence. */
interface DecodedFrame {
  readonly pixels: Uint8Array;
  readonly warnings: readonly string[];
}

/** Decodes a frame; with a wrong checksum, if all chunks of the file are sound. */
async function decodeTolerantly(
  file: Buffer,
  frame: ApngFrame,
  options: FrameOptions,
): Promise<DecodedFrame> {
  const png = framePng(file, frame);
  try {
    return { pixels: await decodeFrame(png, options), warnings: [] };
  } catch (error) {
    const repaired = areChunksSound(file) ? repairChecksum(png, options) : undefined;
    if (repaired === undefined) throw error;
    return { pixels: await decodeFrame(repaired, options), warnings: [WRONG_CHECKSUM] };
  }
}

/** The canvas: RGBA, not premultiplied. */
interface Canvas extends Size {
  readonly data: Uint8Array;
}

/** Calls back for each pixel of an area with its place on the canvas and in the area, in samples. */
function forPixels(canvas: Size, area: Rect, use: (at: number, from: number) => void): void {
  for (let row = 0; row < area.height; row++)
    for (let column = 0; column < area.width; column++)
      use(((area.y + row) * canvas.width + area.x + column) * 4, (row * area.width + column) * 4);
}

/** Lays a pixel over another (PNG third edition, 11.3.6.2 and 13.16). */
function blendPixel(canvas: Uint8Array, at: number, pixels: Uint8Array, from: number): void {
  const above = pixels[from + 3]! / 255;
  const below = (canvas[at + 3]! / 255) * (1 - above);
  const alpha = above + below;
  if (above === 0 || alpha === 0) return;
  for (let channel = 0; channel < 3; channel++)
    canvas[at + channel] = Math.round(
      (pixels[from + channel]! * above + canvas[at + channel]! * below) / alpha,
    );
  canvas[at + 3] = Math.round(alpha * 255);
}

function draw(canvas: Canvas, frame: ApngFrame, pixels: Uint8Array): void {
  forPixels(canvas, frame, (at, from) => {
    if (frame.isBlended) blendPixel(canvas.data, at, pixels, from);
    else canvas.data.set(pixels.subarray(from, from + 4), at);
  });
}

/** Prepares the canvas for the next frame. */
function dispose(canvas: Canvas, frame: ApngFrame, before: Uint8Array): void {
  if (frame.disposal === 'clear') forPixels(canvas, frame, (at) => canvas.data.fill(0, at, at + 4));
  else if (frame.disposal === 'restore') canvas.data.set(before);
}

/**
 * Decodes every frame of an animated PNG, with transparency, in 8 bits.
 *
 * @throws EnlargerError `image/…`; what sharp throws is passed on as it is.
 */
export async function readApngFrames(file: Buffer, options: FrameOptions): Promise<Frames> {
  const apng = readApng(bytesSource(file));
  if (apng === undefined) {
    const message = 'An animated PNG with HDR colours is not supported. Choose --frames first.';
    throw new EnlargerError('image/unsupported-pixels', message);
  }
  const { width, height, frames, loop } = apng;
  assertFramesFit({ width, height }, frames.length, options);
  const frameBytes = width * height * 4;
  const samples = new Uint8Array(frameBytes * frames.length);
  const canvas = { width, height, data: new Uint8Array(frameBytes) };
  const allWarnings = new Set<string>();
  for (const [index, frame] of frames.entries()) {
    const { pixels, warnings } = await decodeTolerantly(file, frame, options);
    for (const warning of warnings) allWarnings.add(warning);
    const before = frame.disposal === 'restore' ? canvas.data.slice() : EMPTY;
    draw(canvas, frame, pixels);
    samples.set(canvas.data, index * frameBytes);
    dispose(canvas, frame, before);
  }
  return {
    width,
    height,
    count: frames.length,
    delaysMs: frames.map(({ delayMs }) => delayMs),
    loop,
    warnings: [...allWarnings],
    frame: (index) => ({
      width,
      height,
      channels: 4,
      data: samples.slice(index * frameBytes, (index + 1) * frameBytes),
    }),
  };
}
