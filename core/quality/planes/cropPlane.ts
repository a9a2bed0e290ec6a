import type { Rect } from '../../api/image.ts';
import type { PlaneView } from './planeView.ts';

/** A view of a part of a plane. */
export function cropPlane(plane: PlaneView, { x, y: top, width, height }: Rect): PlaneView {
  const fullRow = new Float64Array(plane.width);
  return {
    width,
    height,
    readRow: (y, into) => {
      plane.readRow(y + top, fullRow);
      into.set(fullRow.subarray(x, x + width));
    },
  };
}
