import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { transposedPlane } from '../planes/transposedPlane.ts';

/**
 * How much larger the steps between compression blocks are than those inside: B over A of Wang, Sheikh, Bovik:
 * "No-reference perceptual quality assessment of JPEG compressed images", ICIP 2002.
 *
 * @param blockPx Side of the blocks, which start at the top left corner: 8 for a JPEG, 8 × scale for its enlargement.
 * @param windowPx Height of the windows stacked into the plane, a multiple of `blockPx`: a seam between two is not a
 * step
 *   of the image.
 * @returns About 1 when there are no blocks, more when they show; 1 when the image has no contrast.
 */
export function blockiness(plane: PlaneView, blockPx: number, windowPx = plane.height): number {
  const across = steps(plane, blockPx, plane.width);
  const down = steps(transposedPlane(plane), blockPx, windowPx);
  const between = across.between + down.between;
  const inside = across.inside + down.inside;
  return inside === 0 ? 1 : between / inside;
}

interface Steps {
  /** Mean absolute step from one block to the next. */
  readonly between: number;
  /** Mean absolute step inside blocks. */
  readonly inside: number;
}

function steps(plane: PlaneView, blockPx: number, windowPx: number): Steps {
  const row = new Float64Array(plane.width);
  const between = { sum: 0, count: 0 };
  const inside = { sum: 0, count: 0 };
  for (let y = 0; y < plane.height; y++) {
    plane.readRow(y, row);
    for (let x = 1; x < plane.width; x++) {
      if (x % windowPx === 0) continue;
      const group = x % blockPx === 0 ? between : inside;
      group.sum += Math.abs(sampleAt(row, x) - sampleAt(row, x - 1));
      group.count++;
    }
  }
  const mean = ({ sum, count }: { sum: number; count: number }): number => (count === 0 ? 0 : sum / count);
  return { between: mean(between), inside: mean(inside) };
}
