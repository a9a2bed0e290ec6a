import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { transposedPlane } from '../planes/transposedPlane.ts';

/** Side of the blocks of a JPEG. */
export const BLOCK_PX = 8;

/**
 * How much the steps at the edges of JPEG blocks stand out from the steps at every other distance from them. Content
 * has no reason to prefer the edges, and even less to do so in both directions, so the lesser of the two counts.
 *
 * @param plane Luma; its top left corner is that of a block.
 * @param windowPx Height of the windows that the plane is stacked of, a multiple of 8.
 * @returns The mean step at the edges over the largest mean step elsewhere; hardly above 1 for an image that was never
 *   compressed, and 0 for one without contrast.
 */
export function blockEdges(plane: PlaneView, windowPx = plane.height): number {
  return Math.min(edgeRatio(plane, plane.width), edgeRatio(transposedPlane(plane), windowPx));
}

function edgeRatio(plane: PlaneView, windowPx: number): number {
  const row = new Float64Array(plane.width);
  const sums = new Float64Array(BLOCK_PX);
  const counts = new Float64Array(BLOCK_PX);
  for (let y = 0; y < plane.height; y++) {
    plane.readRow(y, row);
    for (let x = 1; x < plane.width; x++) {
      if (x % windowPx === 0) continue;
      const phase = x % BLOCK_PX;
      sums[phase]! += Math.abs(sampleAt(row, x) - sampleAt(row, x - 1));
      counts[phase]!++;
    }
  }
  const [edge = 0, ...inside] = sums.map((sum, phase) => sum / Math.max(1, sampleAt(counts, phase)));
  const largest = Math.max(...inside);
  return largest === 0 ? 0 : edge / largest;
}
