import type { Rect } from '../../api/image.ts';
import { OPAQUE } from '../planes/backdrop.ts';
import { rgbPlanes } from '../planes/colourPlanes.ts';
import { rowAlphaPlane, rowColourPlanes, rowsHaveAlpha, type ImageRows } from '../planes/imageRows.ts';
import { constantPlane, type PlaneView } from '../planes/planeView.ts';
import { reducedWindows } from '../planes/reducedWindows.ts';
import { stackedWindows } from '../planes/sampleWindows.ts';

/** Parts of an input, and the same parts of its output reduced to the input's size. */
export interface SampledPair {
  readonly input: readonly PlaneView[];
  /** As many planes as `input`. */
  readonly output: readonly PlaneView[];
  /** Absent if neither image has an alpha channel. */
  readonly alpha?: { readonly input: PlaneView; readonly output: PlaneView };
}

/**
 * Reads parts of an input and of its output, stacked vertically. If only one of them is greyscale, it is read as colour.
 *
 * @param input The input, at the size at which the two are compared.
 * @param windows All of the same size, in pixels of the input.
 */
export function sampledPair(input: ImageRows, output: ImageRows, windows: readonly Rect[]): SampledPair {
  const part = stackedWindows(input, windows);
  const own = rowColourPlanes(part);
  const reduced = reducedWindows(output, { width: input.width, height: input.height }, windows);
  const isAlike = own.length === reduced.colour.length;
  const alpha =
    rowsHaveAlpha(input) || rowsHaveAlpha(output)
      ? { input: rowAlphaPlane(part), output: reduced.alpha ?? constantPlane(part, OPAQUE) }
      : undefined;
  return {
    input: isAlike ? own : rgbPlanes(own),
    output: isAlike ? reduced.colour : rgbPlanes(reduced.colour),
    ...(alpha === undefined ? {} : { alpha }),
  };
}
