import { EnlargerError } from '../../api/errors.ts';
import type { Size } from '../../api/image.ts';
import { IMAGE_FORMATS } from '../../api/imageFormats.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import type { EncodedImage } from '../encode.ts';
import { sharp } from '../sharpLoader.ts';
import { encodeApng } from './encodeApng.ts';
import type { FrameStack } from './frames.ts';

/** The formats in which animations are written. */
export type AnimatedFormat = Extract<OutputFormat, 'gif' | 'webp' | 'png'>;

export function isAnimatedFormat(format: OutputFormat): format is AnimatedFormat {
  return format === 'gif' || format === 'webp' || format === 'png';
}

export interface AnimationOptions {
  readonly format: AnimatedFormat;
  readonly quality?: number | undefined;
  readonly lossless: boolean;
  readonly delaysMs: readonly number[];
  readonly loop: number;
}

/** The largest delay in milliseconds, and the largest number of loops, that the encoders of GIF and WebP accept. */
const MAX_TIMING = 65_535;

/** All frames of a result are encoded at once, from memory. */
const MAX_STACK_BYTES = 1024 * 1024 * 1024;

/** @throws EnlargerError `image/too-large` for more than fits into memory. */
export function assertStackFits({ width, height }: Size, count: number): void {
  if (stackBytes({ width, height }, count) <= MAX_STACK_BYTES) return;
  const message =
    `The enlarged animation would have ${count} frames of ${width} × ${height} px, which do not fit into memory. ` +
    'Choose a smaller size, or --frames first.';
  throw new EnlargerError('image/too-large', message, { width, height, frames: count });
}

function stackBytes({ width, height }: Size, count: number): number {
  return width * height * count * 4;
}

/** @throws EnlargerError `image/too-large` for more than fits into memory. */
export function createFrameStack(size: Size, count: number): FrameStack {
  assertStackFits(size, count);
  return { ...size, count, data: new Uint8Array(stackBytes(size, count)) };
}

/**
 * Encodes an animation with its delays and loops. [Note: No flicker] A GIF's palette is kept from frame to frame as long as
 * it fits, and nothing is dithered: dither would move with every change elsewhere in the frame.
 */
export async function encodeFrames(stack: FrameStack, options: AnimationOptions): Promise<EncodedImage> {
  if (options.format === 'png') return { kind: 'memory', bytes: await encodeApng(stack, options) };
  const { width, height, count, data } = stack;
  const raw = { width, height: height * count, channels: 4, pageHeight: height } as const;
  const image = sharp(data, { raw, limitInputPixels: false });
  const timing = {
    delay: options.delaysMs.map((delayMs) => Math.min(delayMs, MAX_TIMING)),
    loop: Math.min(options.loop, MAX_TIMING),
  };
  const quality = options.quality ?? IMAGE_FORMATS[options.format].quality?.default ?? 100;
  const encoder =
    options.format === 'gif'
      ? image.gif({ ...timing, dither: 0, interPaletteMaxError: 3, interFrameMaxError: 0 })
      : image.webp({ ...timing, quality, lossless: options.lossless, effort: 2, smartSubsample: true });
  const bytes = await encoder.toBuffer();
  if (options.format === 'webp' && !isOpaque(data)) markTransparent(bytes);
  return { kind: 'memory', bytes };
}

function isOpaque(data: Uint8Array): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at] !== 255) return false;
  return true;
}

const WEBP_FLAGS_OFFSET = 20;
const WEBP_ALPHA_FLAG = 0x10;

/**
 * Sets the flag by which decoders give an animated WebP transparency (RFC 9649, VP8X). libwebp stores only the area of a frame
 * that is not clear; if all of these areas are opaque, it leaves the flag out, and the rest of the canvas would be black.
 */
function markTransparent(webp: Buffer): void {
  if (webp.toString('latin1', 12, 16) === 'VP8X') webp[WEBP_FLAGS_OFFSET]! |= WEBP_ALPHA_FLAG;
}
