import type { Size } from '../../api/image.ts';
import type { EnlargementKind } from '../../api/models/networkKinds.ts';
import type { ImageEstimates } from '../estimates/imageEstimates.ts';
import type { AddedDetail } from './addedDetail.ts';
import type { Consistency } from './consistency.ts';

/** Everything that can be measured of an enlargement without the true large image. */
export interface Assessment {
  readonly inputSize: Size;
  readonly outputSize: Size;
  /** The size at which `consistency` was measured. */
  readonly comparedSize: Size;
  readonly kind: EnlargementKind;
  readonly consistency: Consistency;
  /** Absent for an output that is too small to have a spectrum. */
  readonly detail?: AddedDetail;
  readonly input: ImageEstimates;
  readonly output: ImageEstimates;
  /** Share of the input's pixels, 0…1, so near black or white that clipping them is invisible. */
  readonly nearlyClippedShare: number;
}
