import { defined } from '../../api/defined.ts';
import type { Rect, Size } from '../../api/image.ts';
import { kernelTaps, mirrored, type InterpolationKernel, type KernelTaps } from '../../tiling/kernelTaps.ts';
import { weightRows } from '../../tiling/wasm/rowKernels.ts';
import { linearFromStored, storedFromLinear } from '../../tiling/linearLight.ts';
import { planeView, type PlaneView } from './planeView.ts';
import { rowsHaveAlpha, type ImageRows, type SampleRows } from './imageRows.ts';

/** Parts of an image at another size: as many planes as it has colours, and its alpha if it has one. */
export interface ReducedWindows {
  readonly colour: readonly PlaneView[];
  readonly alpha?: PlaneView;
}

export interface ReductionOptions {
  /** Average light instead of stored values, as `finishSize` does after networks. Images are read as sRGB. */
  readonly linearLight?: boolean;
  /** Default: bicubic, as training images are reduced. */
  readonly kernel?: InterpolationKernel;
}

/** Reduces parts of one image to one size; see `reducedWindows`. */
export type WindowReducer = (windows: readonly Rect[]) => ReducedWindows;

/**
 * Prepares to reduce parts of an image (antialiased, see `kernelTaps`) to another size, 0…255. Only what is
 * requested is computed, and most of the image is not even read.
 */
export function windowReducer(image: ImageRows, size: Size, options: ReductionOptions = {}): WindowReducer {
  const { channels } = image;
  const { linearLight = false, kernel = 'bicubic' } = options;
  const down = kernelTaps(image.height, size.height, kernel);
  const across = kernelTaps(image.width, size.width, kernel);
  const margin = across.count;
  const padded = new Float64Array((image.width + 2 * margin) * channels);
  const unit = linearLight ? 1 : 255 / image.peak;
  return (windows) => {
    const width = windows[0]?.width ?? 0;
    const height = windows.reduce((sum, window) => sum + window.height, 0);
    const planes = Array.from({ length: channels }, () => new Float32Array(width * height));
    const source = rowSource(image, down.count, linearLight);
    let index = 0;
    for (const { x, y, width: columns, height: rows } of windows) {
      // Mirroring reads as far inside the image as the window extends beyond it.
      const from = Math.max(0, across.starts[x]! - margin);
      const to = Math.min(image.width, across.starts[x + columns - 1]! + 2 * margin);
      const inside = padded.subarray((margin + from) * channels, (margin + to) * channels);
      const rowOf = source(from, to);
      for (let row = y; row < y + rows; row++, index++) {
        sumTaps(inside, down, row, (tap) => rowOf(mirrored(down.starts[row]! + tap, image.height)));
        mirrorEnds(padded, margin, channels);
        const into = planes.map((plane) => plane.subarray(index * width, (index + 1) * width));
        if (channels === 3) filterColourAcross(padded, { margin, unit, x }, across, into);
        else
          into.forEach((plane, channel) => {
            filterAcross(padded, { margin, channels, channel, unit, x }, across, plane);
          });
      }
    }
    const alphaChannel = rowsHaveAlpha(image) ? channels - 1 : undefined;
    if (linearLight) storeLight(planes, alphaChannel);
    const views = planes.map((plane) => planeView({ width, height }, plane));
    if (alphaChannel === undefined) return { colour: views };
    return { colour: views.slice(0, -1), ...defined({ alpha: views.at(-1) }) };
  };
}

/**
 * Parts of an image, reduced to another size.
 *
 * @param windows Of one width, in pixels of `size`; single rows are windows of height 1.
 * @returns Planes in new memory, one window below the other.
 */
export function reducedWindows(
  image: ImageRows,
  size: Size,
  windows: readonly Rect[],
  options?: ReductionOptions,
): ReducedWindows {
  return windowReducer(image, size, options)(windows);
}

/** From light, 0…255, to stored values, 0…255; alpha is not converted. */
function storeLight(planes: readonly Float32Array[], alphaChannel: number | undefined): void {
  planes.forEach((plane, channel) => {
    if (channel === alphaChannel) return;
    for (let index = 0; index < plane.length; index++)
      plane[index] = 255 * storedFromLinear(plane[index]! / 255);
  });
}

/** The last few rows between two columns; colour under transparency is blended with middle grey. */
function rowSource(
  image: ImageRows,
  rowsKept: number,
  linearLight: boolean,
): (from: number, to: number) => (y: number) => SampleRows {
  const { channels, peak } = image;
  const isTransparent = rowsHaveAlpha(image);
  return (from, to) => {
    const slots = Array.from({ length: rowsKept }, () => ({ y: -1, row: NO_ROW }));
    return (y) => {
      const slot = slots[y % rowsKept]!;
      if (slot.y !== y) {
        const row = image.readRow(y).subarray(from * channels, to * channels);
        const seen = isTransparent ? blendedWithGrey(row, channels, peak) : row;
        slot.row = linearLight ? light(seen, channels, peak) : seen;
        slot.y = y;
      }
      return slot.row;
    };
  };
}

const NO_ROW: SampleRows = new Uint8Array(0);

function blendedWithGrey(samples: SampleRows, channels: number, peak: number): Float32Array {
  const row = Float32Array.from(samples);
  const grey = peak / 2;
  for (let index = 0; index < row.length; index += channels) {
    const opacity = row[index + channels - 1]! / peak;
    for (let channel = 0; channel + 1 < channels; channel++) {
      row[index + channel] = grey + (row[index + channel]! - grey) * opacity;
    }
  }
  return row;
}

/** Light, 0…255, of stored samples; alpha is only brought to that scale. */
function light(samples: SampleRows, channels: number, peak: number): Float32Array {
  const row = Float32Array.from(samples);
  const alphaChannel = channels === 2 || channels === 4 ? channels - 1 : -1;
  for (let index = 0; index < row.length; index++) {
    const sample = row[index]! / peak;
    row[index] = 255 * (index % channels === alphaChannel ? sample : linearFromStored(sample));
  }
  return row;
}

/** Weighted sum of the rows that row `y` is computed from. */
function sumTaps(
  sums: Float64Array,
  { count, weights }: KernelTaps,
  y: number,
  row: (tap: number) => SampleRows,
): void {
  const own = weights.subarray(y * count, (y + 1) * count);
  const rows = Array.from(own, (_, tap) => row(tap));
  if (rows.every((samples) => samples instanceof Uint8Array)) {
    weightRows(rows, own, sums);
    return;
  }
  sums.fill(0);
  // Four at a time: each sum is loaded and stored a quarter as often.
  for (let tap = 0; tap < count; tap += 4) {
    const four = [0, 1, 2, 3].map((offset) => rows[Math.min(tap + offset, count - 1)]!);
    addFour(sums, four, [own[tap] ?? 0, own[tap + 1] ?? 0, own[tap + 2] ?? 0, own[tap + 3] ?? 0]);
  }
}

function addFour(sums: Float64Array, rows: readonly SampleRows[], weights: readonly number[]): void {
  const first = rows[0]!;
  const second = rows[1]!;
  const third = rows[2]!;
  const fourth = rows[3]!;
  const a = weights[0]!;
  const b = weights[1]!;
  const c = weights[2]!;
  const d = weights[3]!;
  for (let index = 0; index < sums.length; index++) {
    sums[index] =
      sums[index]! + a * first[index]! + b * second[index]! + c * third[index]! + d * fourth[index]!;
  }
}

/** Fills the margins on both sides by mirroring at the ends. */
function mirrorEnds(padded: Float64Array, margin: number, channels: number): void {
  const width = padded.length / channels - 2 * margin;
  const copy = (to: number, from: number): void => {
    for (let channel = 0; channel < channels; channel++) {
      padded[(margin + to) * channels + channel] =
        padded[(margin + mirrored(from, width)) * channels + channel]!;
    }
  };
  for (let offset = 1; offset <= margin; offset++) {
    copy(-offset, -offset);
    copy(width - 1 + offset, width - 1 + offset);
  }
}

interface PartOfRow {
  readonly margin: number;
  readonly unit: number;
  /** First column of the window. */
  readonly x: number;
}

interface ChannelOfRow extends PartOfRow {
  readonly channels: number;
  readonly channel: number;
}

function filterAcross(
  padded: Float64Array,
  { margin, channels, channel, unit, x: firstX }: ChannelOfRow,
  { count, starts, weights }: KernelTaps,
  into: Float32Array,
): void {
  for (let x = 0; x < into.length; x++) {
    const column = firstX + x;
    let index = (margin + starts[column]!) * channels + channel;
    let sum = 0;
    for (let weight = column * count; weight < (column + 1) * count; weight++, index += channels) {
      sum += weights[weight]! * padded[index]!;
    }
    into[x] = clipped(sum * unit);
  }
}

/** The same for the three channels of colour at once, in half the time. */
function filterColourAcross(
  padded: Float64Array,
  { margin, unit, x: firstX }: PartOfRow,
  { count, starts, weights }: KernelTaps,
  into: readonly Float32Array[],
): void {
  const [reds, greens, blues] = into;
  if (reds === undefined || greens === undefined || blues === undefined) return;
  for (let x = 0; x < reds.length; x++) {
    const column = firstX + x;
    let index = (margin + starts[column]!) * 3;
    let [red, green, blue] = [0, 0, 0];
    for (let at = column * count; at < (column + 1) * count; at++, index += 3) {
      const weight = weights[at]!;
      red += weight * padded[index]!;
      green += weight * padded[index + 1]!;
      blue += weight * padded[index + 2]!;
    }
    reds[x] = clipped(red * unit);
    greens[x] = clipped(green * unit);
    blues[x] = clipped(blue * unit);
  }
}

/** Not a pair of Math.min and Math.max: NaN has to stay NaN to be found. */
function clipped(sample: number): number {
  return sample < 0 ? 0 : sample > 255 ? 255 : sample;
}
