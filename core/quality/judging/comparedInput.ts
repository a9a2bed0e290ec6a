import type { EnlargementKind } from '../../api/models/networkKinds.ts';
import type { Size } from '../../api/image.ts';
import type { InterpolationKernel } from '../../tiling/kernelTaps.ts';
import type { ImageRows } from '../planes/imageRows.ts';
import { reducedRows } from '../planes/reducedRows.ts';

/** How an output was made, as far as it decides how the output is compared with its input. */
export interface HowMade {
  readonly kind: EnlargementKind;
  /** The step to the exact size, which makes reduced images alone. */
  readonly finish: { readonly kernel: InterpolationKernel; readonly linearLight: boolean };
}

/** The image that an output is compared with. */
export interface ComparedInput {
  /** The input, at the size at which the two are compared. */
  readonly rows: ImageRows;
  /** Side of the squares that are judged individually: small enough to find a lost tile, large enough to average. */
  readonly tilePx: number;
}

/** Side of a square in pixels of an input at its own size. */
const TILE_PX = 16;

/**
 * The input at the size at which it is compared with its output. A faithful output equals it there.
 *
 * - A faithful network's output is compared at the input's size.
 * - Restoring networks take noise out, and interpolation softens: both are compared at half the input's size, where
 *   noise and the finest contrast have averaged out on either side.
 * - A reduced image is compared at its own size, with the input reduced by the same kernel.
 */
export function comparedInput(input: ImageRows, output: Size, { kind, finish }: HowMade): ComparedInput {
  const scale = Math.max(output.width / input.width, output.height / input.height);
  if (scale < 1) {
    return {
      rows: reducedRows(input, { width: output.width, height: output.height }, finish),
      tilePx: TILE_PX,
    };
  }
  const smoothing = kind === 'faithful' && Number.isInteger(scale) ? 1 : 2;
  const size = {
    width: Math.max(1, Math.round(input.width / smoothing)),
    height: Math.max(1, Math.round(input.height / smoothing)),
  };
  return { rows: reducedRows(input, size), tilePx: TILE_PX / smoothing };
}
