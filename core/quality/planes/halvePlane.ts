import { planeView, sampleAt, type PlaneView } from './planeView.ts';

/**
 * Half the size: the mean of every 2 × 2 block; an odd last row or column is paired with itself.
 *
 * @returns A plane in new memory, ⌈width / 2⌉ × ⌈height / 2⌉.
 */
export function halvePlane(plane: PlaneView): PlaneView {
  const size = { width: Math.ceil(plane.width / 2), height: Math.ceil(plane.height / 2) };
  const samples = new Float32Array(size.width * size.height);
  const upper = new Float64Array(plane.width);
  const lower = new Float64Array(plane.width);
  for (let y = 0; y < size.height; y++) {
    plane.readRow(2 * y, upper);
    plane.readRow(Math.min(2 * y + 1, plane.height - 1), lower);
    for (let x = 0; x < size.width; x++) {
      const left = 2 * x;
      const right = Math.min(left + 1, plane.width - 1);
      samples[y * size.width + x] =
        (sampleAt(upper, left) + sampleAt(upper, right) + sampleAt(lower, left) + sampleAt(lower, right)) / 4;
    }
  }
  return planeView(size, samples);
}
