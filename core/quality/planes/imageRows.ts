import type { FloatImage, Samples, Size } from '../../api/image.ts';
import { OPAQUE, overBackdrop } from './backdrop.ts';
import { fullRangeLuma, LUMA_WEIGHTS } from './luma.ts';
import { constantPlane, type PlaneView } from './planeView.ts';

/** Samples of whole rows: from the left, channels interleaved. */
export type SampleRows = Samples | Float32Array;

/**
 * An image that is read row by row, in memory or in a scratch file. Measurements read a
 * few rows at a time, so that memory does not grow with the image.
 */
export interface ImageRows extends Size {
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha. */
  readonly channels: number;
  /** The value of white. */
  readonly peak: number;
  /** Row `y`; must not be modified, and stays valid. */
  readonly readRow: (y: number) => SampleRows;
}

/** The rows of a float image, as assessments read them. */
export function floatRows({ width, height, channels, data }: FloatImage): ImageRows {
  const planePixels = width * height;
  return {
    width,
    height,
    channels,
    peak: 255,
    readRow: (y) => {
      const row = new Float32Array(width * channels);
      for (let channel = 0; channel < channels; channel++) {
        const start = channel * planePixels + y * width;
        for (let x = 0; x < width; x++) row[x * channels + channel] = data[start + x]!;
      }
      return row;
    },
  };
}

/** Whether the last of the image's channels is alpha. */
export function rowsHaveAlpha({ channels }: ImageRows): boolean {
  return channels === 2 || channels === 4;
}

/** The colour of an image, 0…255: one plane or three; what is transparent is seen on middle grey. */
export function rowColourPlanes(image: ImageRows): readonly PlaneView[] {
  const colours = image.channels < 3 ? [0] : [0, 1, 2];
  const planes = colours.map((channel) => rowChannel(image, channel));
  if (!rowsHaveAlpha(image)) return planes;
  const alpha = rowAlphaPlane(image);
  return planes.map((plane) => overBackdrop(plane, alpha));
}

/** The alpha of an image, 0 clear … 255 opaque; all opaque when it has none. */
export function rowAlphaPlane(image: ImageRows): PlaneView {
  if (rowsHaveAlpha(image)) return rowChannel(image, image.channels - 1);
  return constantPlane(image, OPAQUE);
}

function rowChannel(image: ImageRows, channel: number): PlaneView {
  const { width, height, channels, peak } = image;
  const unit = 255 / peak;
  return {
    width,
    height,
    readRow: (y, into) => {
      const row = image.readRow(y);
      for (let x = 0, index = channel; x < width; x++, index += channels) into[x] = row[index]! * unit;
    },
  };
}

/** Luma of BT.601, stretched to 0…255; what is transparent is seen on middle grey. */
export function rowLumaPlane(image: ImageRows): PlaneView {
  const { width, height, channels, peak } = image;
  // The two cases that deserve a faster path: neither is composited.
  if (channels === 1) return rowChannel(image, 0);
  if (channels !== 3) return fullRangeLuma(rowColourPlanes(image));
  const [red, green, blue] = LUMA_WEIGHTS.map((weight) => (weight * 255) / peak);
  return {
    width,
    height,
    readRow: (y, into) => {
      const row = image.readRow(y);
      for (let x = 0, index = 0; x < width; x++, index += 3) {
        into[x] = red! * row[index]! + green! * row[index + 1]! + blue! * row[index + 2]!;
      }
    },
  };
}
