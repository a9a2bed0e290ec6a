import type { Size } from '../../api/image.ts';
import { planeView, sampleAt, type PlaneView } from './planeView.ts';
import { kernelTaps, mirrored, type KernelTaps } from '../../tiling/kernelTaps.ts';

/** Some columns of a plane, the first of them and how many. */
export interface Columns {
  readonly x: number;
  readonly width: number;
}

/**
 * A bicubic view of `plane` at another size, antialiased if it shrinks (see `kernelTaps`).
 *
 * Rows are computed when they are read. Reading them in order reads every row of `plane` once; in another order, more often.
 *
 * @param columns The part of each row that is computed, in pixels of `size`; absent: all of it.
 */
export function resizedPlane(plane: PlaneView, size: Size, columns?: Columns): PlaneView {
  const isSame = plane.width === size.width && plane.height === size.height;
  if (isSame && columns === undefined) return plane;
  const { x: firstColumn, width } = columns ?? { x: 0, width: size.width };
  const down = kernelTaps(plane.height, size.height, 'bicubic');
  const across = kernelTaps(plane.width, size.width, 'bicubic');
  const sourceRow = rowCache(plane, down.count);
  const margin = across.count;
  const padded = new Float64Array(plane.width + 2 * margin);
  const inside = padded.subarray(margin, margin + plane.width);
  return {
    width,
    height: size.height,
    readRow: (y, into) => {
      const start = sampleAt(down.starts, y);
      const weights = down.weights.subarray(y * down.count, (y + 1) * down.count);
      const rows = Array.from(weights, (_, tap) => sourceRow(mirrored(start + tap, plane.height)));
      sumRows(rows, weights, inside);
      mirrorEnds(padded, margin);
      filterAcross(padded, { across, margin, firstColumn }, into.subarray(0, width));
    },
  };
}

/** The plane's samples copied to memory: useful if they are read more than once. */
export function storedPlane(plane: PlaneView): PlaneView {
  const { width, height } = plane;
  const samples = new Float32Array(width * height);
  const row = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    plane.readRow(y, row);
    samples.set(row, y * width);
  }
  return planeView({ width, height }, samples);
}

/** The last few rows that were read: neighbours in a column share most of theirs. */
function rowCache(plane: PlaneView, rowsKept: number): (y: number) => Float64Array {
  const slots = Array.from({ length: rowsKept }, () => ({ y: -1, row: new Float64Array(plane.width) }));
  return (y) => {
    const slot = slots[y % rowsKept];
    if (slot === undefined) throw new RangeError(`row ${y} is outside the plane`);
    if (slot.y !== y) {
      plane.readRow(y, slot.row);
      slot.y = y;
    }
    return slot.row;
  };
}

function mirrorEnds(padded: Float64Array, margin: number): void {
  const width = padded.length - 2 * margin;
  for (let offset = 1; offset <= margin; offset++) {
    padded[margin - offset] = sampleAt(padded, margin + mirrored(-offset, width));
    padded[margin + width - 1 + offset] = sampleAt(padded, margin + mirrored(width - 1 + offset, width));
  }
}

interface RowFilter {
  readonly across: KernelTaps;
  readonly margin: number;
  readonly firstColumn: number;
}

function filterAcross(
  padded: Float64Array,
  { across, margin, firstColumn }: RowFilter,
  into: Float64Array,
): void {
  const { count, starts, weights } = across;
  for (let x = 0; x < into.length; x++) {
    const column = firstColumn + x;
    const first = margin + sampleAt(starts, column);
    let sum = 0;
    for (let tap = 0; tap < count; tap++)
      sum += sampleAt(weights, column * count + tap) * sampleAt(padded, first + tap);
    into[x] = sum;
  }
}

/** into = Σ weights[k] · rows[k]. Four rows at a time: loading and storing the sum is the main cost. */
function sumRows(rows: readonly Float64Array[], weights: Float64Array, into: Float64Array): void {
  into.fill(0);
  const nothing = new Float64Array(into.length);
  for (let first = 0; first < rows.length; first += 4) {
    const [a = nothing, b = nothing, c = nothing, d = nothing] = rows.slice(first, first + 4);
    const [p = 0, q = 0, r = 0, s = 0] = weights.subarray(first, first + 4);
    for (let x = 0; x < into.length; x++) {
      const sum = p * sampleAt(a, x) + q * sampleAt(b, x) + r * sampleAt(c, x) + s * sampleAt(d, x);
      into[x] = sampleAt(into, x) + sum;
    }
  }
}
