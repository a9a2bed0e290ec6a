import type { Rect, Size } from '../../api/image.ts';
import { planeView, type PlaneView } from './planeView.ts';
import { mirrored, resizeTaps, type ResizeTaps } from './resizeTaps.ts';

/**
 * Windows of a plane in another size (bicubic, see `resizeTaps`), one below the other: what `resizedPlane` gives, but
 * only there.
 *
 * @param windows Of one size, in pixels of `size`.
 */
export function resizedWindows(plane: PlaneView, size: Size, windows: readonly Rect[]): PlaneView {
  const down = resizeTaps(plane.height, size.height);
  const across = resizeTaps(plane.width, size.width);
  const { width, height } = windows[0] ?? { width: 0, height: 0 };
  const samples = new Float32Array(width * height * windows.length);
  const rowOf = cachedRows(plane, down.count);
  const column = new Float64Array(plane.width);
  windows.forEach((window, index) => {
    for (let y = 0; y < height; y++) {
      const into = samples.subarray((index * height + y) * width, (index * height + y + 1) * width);
      sumRows(column, down, window.y + y, (row) => rowOf(mirrored(row, plane.height)));
      filterAcross(column, across, window.x, into);
    }
  });
  return planeView({ width, height: height * windows.length }, samples);
}

function cachedRows(plane: PlaneView, rowsKept: number): (y: number) => Float64Array {
  const slots = Array.from({ length: rowsKept }, () => ({ y: -1, row: new Float64Array(plane.width) }));
  return (y) => {
    const slot = slots[y % rowsKept]!;
    if (slot.y !== y) {
      plane.readRow(y, slot.row);
      slot.y = y;
    }
    return slot.row;
  };
}

function sumRows(
  sums: Float64Array,
  { count, starts, weights }: ResizeTaps,
  y: number,
  rowOf: (y: number) => Float64Array,
): void {
  sums.fill(0);
  for (let tap = 0; tap < count; tap++) {
    const row = rowOf(starts[y]! + tap);
    const weight = weights[y * count + tap]!;
    for (let x = 0; x < sums.length; x++) sums[x] = sums[x]! + weight * row[x]!;
  }
}

function filterAcross(
  column: Float64Array,
  { count, starts, weights }: ResizeTaps,
  firstX: number,
  into: Float32Array,
): void {
  for (let x = 0; x < into.length; x++) {
    const start = starts[firstX + x]!;
    const firstWeight = (firstX + x) * count;
    let sum = 0;
    for (let tap = 0; tap < count; tap++) {
      sum += weights[firstWeight + tap]! * column[mirrored(start + tap, column.length)]!;
    }
    into[x] = sum;
  }
}
