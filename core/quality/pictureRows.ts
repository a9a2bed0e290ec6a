import type { FloatImage, Samples, Size } from '../api/picture.ts';
import { OPAQUE, overBackdrop } from './backdrop.ts';
import { fullRangeLuma, LUMA_WEIGHTS } from './luma.ts';
import { constantPlane, type PlaneView } from './planeView.ts';

/** Samples of whole rows: from the left, channels interleaved. */
export type SampleRows = Samples | Float32Array;

/**
 * A picture that hands out its rows, wherever it lies: in memory or in a scratch file. What is measured of it reads a
 * few rows at a time, so that memory does not grow with the picture.
 */
export interface PictureRows extends Size {
  /** 1 grey, 2 grey + alpha, 3 RGB, 4 RGB + alpha. */
  readonly channels: number;
  /** The value of full light. */
  readonly peak: number;
  /** Row `y`; must not be changed, and stays as it is. */
  readonly readRow: (y: number) => SampleRows;
}

/** A float picture, rows of it. */
export function imageRows({ width, height, channels, data }: FloatImage): PictureRows {
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

/** Whether the last of the picture's channels is alpha. */
export function rowsHaveAlpha({ channels }: PictureRows): boolean {
  return channels === 2 || channels === 4;
}

/** The colour of a picture, 0…255: one plane or three; what is transparent is seen on middle grey. */
export function rowColourPlanes(picture: PictureRows): readonly PlaneView[] {
  const colours = picture.channels < 3 ? [0] : [0, 1, 2];
  const planes = colours.map((channel) => rowChannel(picture, channel));
  if (!rowsHaveAlpha(picture)) return planes;
  const alpha = rowAlphaPlane(picture);
  return planes.map((plane) => overBackdrop(plane, alpha));
}

/** The alpha of a picture, 0 clear … 255 opaque; all opaque when it has none. */
export function rowAlphaPlane(picture: PictureRows): PlaneView {
  if (rowsHaveAlpha(picture)) return rowChannel(picture, picture.channels - 1);
  return constantPlane(picture, OPAQUE);
}

function rowChannel(picture: PictureRows, channel: number): PlaneView {
  const { width, height, channels, peak } = picture;
  const unit = 255 / peak;
  return {
    width,
    height,
    readRow: (y, into) => {
      const row = picture.readRow(y);
      for (let x = 0, index = channel; x < width; x++, index += channels) into[x] = row[index]! * unit;
    },
  };
}

/** Luma of BT.601, stretched to 0…255; what is transparent is seen on middle grey. */
export function rowLumaPlane(picture: PictureRows): PlaneView {
  const { width, height, channels, peak } = picture;
  // The two cases that are worth a faster way: neither is composited.
  if (channels === 1) return rowChannel(picture, 0);
  if (channels !== 3) return fullRangeLuma(rowColourPlanes(picture));
  const [red, green, blue] = LUMA_WEIGHTS.map((weight) => (weight * 255) / peak);
  return {
    width,
    height,
    readRow: (y, into) => {
      const row = picture.readRow(y);
      for (let x = 0, index = 0; x < width; x++, index += 3) {
        into[x] = red! * row[index]! + green! * row[index + 1]! + blue! * row[index + 2]!;
      }
    },
  };
}
