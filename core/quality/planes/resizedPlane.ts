import type { Size } from '../../api/image.ts';
import { planeView, sampleAt, type PlaneView } from './planeView.ts';
import { mirrored, resizeTaps, type ResizeTaps } from './resizeTaps.ts';

/**
 * A bicubic view of `plane` in another size, antialiased where it shrinks (see `resizeTaps`).
 *
 * Rows are made when they are read. Reading them in order reads every row of `plane` once; in another order, more often.
 */
export function resizedPlane(plane: PlaneView, size: Size): PlaneView {
  if (plane.width === size.width && plane.height === size.height) return plane;
  const down = resizeTaps(plane.height, size.height);
  const across = resizeTaps(plane.width, size.width);
  const sourceRow = rowCache(plane, down.count);
  const margin = across.count;
  const padded = new Float64Array(plane.width + 2 * margin);
  const inside = padded.subarray(margin, margin + plane.width);
  return {
    width: size.width,
    height: size.height,
    readRow: (y, into) => {
      const start = sampleAt(down.starts, y);
      const weights = down.weights.subarray(y * down.count, (y + 1) * down.count);
      const rows = Array.from(weights, (_, tap) => sourceRow(mirrored(start + tap, plane.height)));
      sumRows(rows, weights, inside);
      mirrorEnds(padded, margin);
      filterAcross(padded, margin, across, into);
    },
  };
}

/** The plane's samples in memory of their own: worth it for what is read more than once. */
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

function filterAcross(padded: Float64Array, margin: number, across: ResizeTaps, into: Float64Array): void {
  const { count, starts, weights } = across;
  for (let x = 0; x < starts.length; x++) {
    const first = margin + sampleAt(starts, x);
    let sum = 0;
    for (let tap = 0; tap < count; tap++)
      sum += sampleAt(weights, x * count + tap) * sampleAt(padded, first + tap);
    into[x] = sum;
  }
}

/** into = Σ weights[k] · rows[k]. Four rows at a time: what costs is to load and store the sum. */
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
