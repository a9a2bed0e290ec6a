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

/** What an output is compared with. */
export interface ComparedInput {
  /** The input, in the size in which the two are compared. */
  readonly rows: ImageRows;
  /** Side of the squares that are judged by themselves: small enough to find a lost tile, large enough to average. */
  readonly tilePx: number;
}

/** Side of a square in pixels of an input in its own size. */
const TILE_PX = 16;

/**
 * The input in the size in which it is compared with its output. An output that explains its input equals it there.
 *
 * - A faithful network's output is compared in the input's size.
 * - Restoring networks take noise out, and interpolation softens: both are compared in half the input's size, where
 *   noise and the finest contrast have averaged out on either side.
 * - A reduced image is compared in its own size, with the input reduced by the same kernel.
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
