import type { Rect, Size } from '../../api/image.ts';
import { planeView, type PlaneView } from './planeView.ts';
import { rowsHaveAlpha, type ImageRows, type SampleRows } from './imageRows.ts';
import { mirrored, resizeTaps, type ResizeTaps } from './resizeTaps.ts';

/** Parts of an image in another size: as many planes as it has colours, and its alpha where it has one. */
export interface ReducedWindows {
  readonly colour: readonly PlaneView[];
  readonly alpha?: PlaneView;
}

/**
 * Parts of an image, reduced (antialiased bicubic, see `resizeTaps`) to another size, 0…255. What is not asked for is
 * not computed, and most of the image is not even read.
 *
 * @param windows Of one width, in pixels of `size`; single rows are windows of height 1.
 * @returns Planes in memory of their own, one window below the other.
 */
export function reducedWindows(image: ImageRows, size: Size, windows: readonly Rect[]): ReducedWindows {
  const { channels } = image;
  const down = resizeTaps(image.height, size.height);
  const across = resizeTaps(image.width, size.width);
  const width = windows[0]?.width ?? 0;
  const height = windows.reduce((sum, window) => sum + window.height, 0);
  const planes = Array.from({ length: channels }, () => new Float32Array(width * height));
  const unit = 255 / image.peak;
  const margin = across.count;
  const padded = new Float64Array((image.width + 2 * margin) * channels);
  const source = rowSource(image, down.count);
  let index = 0;
  for (const { x, y, width: columns, height: rows } of windows) {
    // Mirrored ends reach back into the image by as much as they stand out.
    const from = Math.max(0, across.starts[x]! - margin);
    const to = Math.min(image.width, across.starts[x + columns - 1]! + 2 * margin);
    const inside = padded.subarray((margin + from) * channels, (margin + to) * channels);
    const rowOf = source(from, to);
    for (let row = y; row < y + rows; row++, index++) {
      sumTaps(inside, down, row, (tap) => rowOf(mirrored(down.starts[row]! + tap, image.height)));
      mirrorEnds(padded, margin, channels);
      planes.forEach((plane, channel) => {
        const into = plane.subarray(index * width, (index + 1) * width);
        filterAcross(padded, { margin, channels, channel, unit, x }, across, into);
      });
    }
  }
  const views = planes.map((plane) => planeView({ width, height }, plane));
  if (!rowsHaveAlpha(image)) return { colour: views };
  const alpha = views.at(-1);
  return { colour: views.slice(0, -1), ...(alpha === undefined ? {} : { alpha }) };
}

/** The last few rows between two columns; colour under transparency is blended with middle grey. */
function rowSource(
  image: ImageRows,
  rowsKept: number,
): (from: number, to: number) => (y: number) => SampleRows {
  const { channels, peak } = image;
  const isTransparent = rowsHaveAlpha(image);
  return (from, to) => {
    const slots = Array.from({ length: rowsKept }, () => ({ y: -1, row: NO_ROW }));
    return (y) => {
      const slot = slots[y % rowsKept]!;
      if (slot.y !== y) {
        const row = image.readRow(y).subarray(from * channels, to * channels);
        slot.row = isTransparent ? blendedWithGrey(row, channels, peak) : row;
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

/** Weighted sum of the rows that row `y` is made of, four at a time: each sum is loaded and stored a quarter as often. */
function sumTaps(
  sums: Float64Array,
  { count, weights }: ResizeTaps,
  y: number,
  row: (tap: number) => SampleRows,
): void {
  sums.fill(0);
  const own = weights.subarray(y * count, (y + 1) * count);
  for (let tap = 0; tap < count; tap += 4) {
    const rows = [0, 1, 2, 3].map((offset) => row(Math.min(tap + offset, count - 1)));
    addFour(sums, rows, [own[tap] ?? 0, own[tap + 1] ?? 0, own[tap + 2] ?? 0, own[tap + 3] ?? 0]);
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

/** Fills the margins on both sides with what a mirror at the ends shows. */
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

interface ChannelOfRow {
  readonly margin: number;
  readonly channels: number;
  readonly channel: number;
  readonly unit: number;
  /** First column of the window. */
  readonly x: number;
}

function filterAcross(
  padded: Float64Array,
  { margin, channels, channel, unit, x: firstX }: ChannelOfRow,
  { count, starts, weights }: ResizeTaps,
  into: Float32Array,
): void {
  for (let x = 0; x < into.length; x++) {
    const column = firstX + x;
    let index = (margin + starts[column]!) * channels + channel;
    let sum = 0;
    for (let weight = column * count; weight < (column + 1) * count; weight++, index += channels) {
      sum += weights[weight]! * padded[index]!;
    }
    const sample = sum * unit;
    // Not a pair of Math.min and Math.max: NaN has to stay NaN to be found.
    into[x] = sample < 0 ? 0 : sample > 255 ? 255 : sample;
  }
}
