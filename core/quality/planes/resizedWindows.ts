import type { Rect, Size } from '../../api/image.ts';
import { planeView, type PlaneView } from './planeView.ts';
import { resizedPlane } from './resizedPlane.ts';

/**
 * Windows of a plane at another size, one below the other, with the values of `resizedPlane`.
 *
 * @param windows Of one size, in pixels of `size`.
 * @returns A plane in new memory.
 */
export function resizedWindows(plane: PlaneView, size: Size, windows: readonly Rect[]): PlaneView {
  const { width, height } = windows[0] ?? { width: 0, height: 0 };
  const samples = new Float32Array(width * height * windows.length);
  const row = new Float64Array(width);
  windows.forEach((window, index) => {
    const resized = resizedPlane(plane, size, window);
    for (let y = 0; y < height; y++) {
      resized.readRow(window.y + y, row);
      samples.set(row, (index * height + y) * width);
    }
  });
  return planeView({ width, height: height * windows.length }, samples);
}
