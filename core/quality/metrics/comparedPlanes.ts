import type { FloatImage } from '../../api/image.ts';
import { colourPlanes, rgbPlanes } from '../planes/colourPlanes.ts';
import { cropBorder } from '../planes/cropBorder.ts';
import { luma } from '../planes/luma.ts';
import { mapPlane, type PlaneView } from '../planes/planeView.ts';

/**
 * `plain` compares the samples as they are. `sr` is the super-resolution literature's protocol, for its tables: samples
 * rounded to 8 bit, `scale` pixels of each border ignored, structure measured on luma.
 */
export type ComparisonOptions =
  { readonly protocol: 'plain' } | { readonly protocol: 'sr'; readonly scale: number };

/** The planes of two images, the same number of each. */
export interface ComparedPlanes {
  readonly reference: readonly PlaneView[];
  readonly output: readonly PlaneView[];
}

/** The colour of two images as a protocol compares it. If only one image is grey, both are treated as coloured. */
export function comparedPlanes(
  reference: FloatImage,
  output: FloatImage,
  options: ComparisonOptions,
): ComparedPlanes {
  const prepare = (image: FloatImage): readonly PlaneView[] =>
    colourPlanes(image).map((plane) => preparedPlane(plane, options));
  const planes = { reference: prepare(reference), output: prepare(output) };
  if (planes.reference.length === planes.output.length) return planes;
  return { reference: rgbPlanes(planes.reference), output: rgbPlanes(planes.output) };
}

/** The luma of both, BT.601, 16…235. */
export function lumaPlanes({ reference, output }: ComparedPlanes): ComparedPlanes {
  return { reference: [luma(reference)], output: [luma(output)] };
}

/** A plane as a protocol compares it: as it is, or rounded to 8 bit and without its border. */
export function preparedPlane(plane: PlaneView, options: ComparisonOptions): PlaneView {
  if (options.protocol === 'plain') return plane;
  return cropBorder(mapPlane(plane, roundTo8Bit), options.scale);
}

function roundTo8Bit(sample: number): number {
  return Math.min(255, Math.max(0, Math.round(sample)));
}
