import { cropPlane } from './cropPlane.ts';
import type { PlaneView } from './planeView.ts';

/**
 * A view without `borderPx` pixels on each side. An axis that is too short for that keeps one or two pixels in the
 * middle, so that there is something to compare.
 */
export function cropBorder(plane: PlaneView, borderPx: number): PlaneView {
  const left = Math.min(borderPx, Math.floor((plane.width - 1) / 2));
  const top = Math.min(borderPx, Math.floor((plane.height - 1) / 2));
  if (left === 0 && top === 0) return plane;
  return cropPlane(plane, {
    x: left,
    y: top,
    width: plane.width - 2 * left,
    height: plane.height - 2 * top,
  });
}
