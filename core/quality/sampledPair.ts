import type { Size } from '../api/picture.ts';
import { OPAQUE } from './backdrop.ts';
import { rgbPlanes } from './colourPlanes.ts';
import { rowAlphaPlane, rowColourPlanes, rowsHaveAlpha, type PictureRows } from './pictureRows.ts';
import { constantPlane, type PlaneView } from './planeView.ts';
import { reducedRows } from './reducedRows.ts';
import { selectedRows } from './spreadRows.ts';

/** Some rows of an input, and the same rows of its output reduced to the input's size. */
export interface SampledPair {
  /** Of the whole input. */
  readonly size: Size;
  /** Which of its rows these are, rising. */
  readonly rows: readonly number[];
  readonly input: readonly PlaneView[];
  /** As many planes as `input`. */
  readonly output: readonly PlaneView[];
  /** Absent when neither has any. */
  readonly alpha?: { readonly input: PlaneView; readonly output: PlaneView };
}

/** Reads some rows of an input and of its output; a grey and a coloured picture are two coloured ones. */
export function sampledPair(input: PictureRows, output: PictureRows, rows: readonly number[]): SampledPair {
  const size = { width: input.width, height: input.height };
  const own = rowColourPlanes(input).map((plane) => selectedRows(plane, rows));
  const reduced = reducedRows(output, size, rows);
  const isAlike = own.length === reduced.colour.length;
  const alpha =
    rowsHaveAlpha(input) || rowsHaveAlpha(output)
      ? {
          input: selectedRows(rowAlphaPlane(input), rows),
          output: reduced.alpha ?? constantPlane({ width: size.width, height: rows.length }, OPAQUE),
        }
      : undefined;
  return {
    size,
    rows,
    input: isAlike ? own : rgbPlanes(own),
    output: isAlike ? reduced.colour : rgbPlanes(reduced.colour),
    ...(alpha === undefined ? {} : { alpha }),
  };
}
