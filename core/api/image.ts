export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Pixels in millions for people: `160`, and `0.0048` rather than 0 for a few thousand. */
export function megapixelText(pixels: number): string {
  const megapixels = pixels / 1e6;
  return String(Number(megapixels.toPrecision(megapixels >= 100 ? 6 : 3)));
}

/** A rectangle in pixels; `x`, `y` is the top left corner. */
export interface Rect extends Size {
  readonly x: number;
  readonly y: number;
}

/** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha. Alpha is straight (not premultiplied) and comes last. */
export type ChannelCount = 1 | 2 | 3 | 4;

/** Samples of 8 bit (0…255) or 16 bit (0…65535). */
export type Samples = Uint8Array | Uint16Array;

/** A whole image in memory: rows from the top, pixels from the left, channels interleaved (HWC). */
export interface Raster extends Size {
  readonly channels: ChannelCount;
  readonly data: Samples;
}

/**
 * An image as the metrics use it: float samples, channels in planes (CHW), on the scale 0…255 whatever the bit
 * depth of the file, because the literature's constants are given for that scale.
 */
export interface FloatImage extends Size {
  readonly channels: number;
  readonly data: Float32Array;
}

/** Bits per channel of an image's samples. */
export function bitDepthOf(samples: Samples): 8 | 16 {
  return samples instanceof Uint8Array ? 8 : 16;
}

/** The value of white: 255 or 65535. */
export function peakOf(samples: Samples): number {
  return 2 ** bitDepthOf(samples) - 1;
}

/** Whether the last channel is alpha. */
export function hasAlphaChannel(channels: ChannelCount): boolean {
  return channels === 2 || channels === 4;
}
