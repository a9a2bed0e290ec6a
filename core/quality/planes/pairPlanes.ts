import type { PlaneView } from './planeView.ts';
import { requireSameSize } from './requireSameSize.ts';

/** The same plane of two images. */
export interface PlanePair {
  readonly reference: PlaneView;
  readonly output: PlaneView;
}

/**
 * Joins the planes of two images, in order.
 *
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 * @throws RangeError when one has more planes than the other, or none (our bug, not the user's).
 */
export function pairPlanes(
  reference: readonly PlaneView[],
  output: readonly PlaneView[],
): readonly PlanePair[] {
  if (reference.length !== output.length || reference.length === 0) {
    throw new RangeError(`${reference.length} planes cannot be compared with ${output.length}`);
  }
  return reference.flatMap((plane, index) => {
    const other = output[index];
    if (other === undefined) return [];
    requireSameSize(plane, other);
    return [{ reference: plane, output: other }];
  });
}
