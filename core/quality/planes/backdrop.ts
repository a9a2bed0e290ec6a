import { sampleAt, type PlaneView } from './planeView.ts';

/**
 * Images with alpha are compared as seen on middle grey: both black and white text stay visible on it, and colours
 * under full transparency, which are invisible, do not count.
 */
const BACKDROP = 127.5;
export const OPAQUE = 255;

/** A colour plane as it looks on middle grey. */
export function overBackdrop(colour: PlaneView, alpha: PlaneView): PlaneView {
  const { width, height } = colour;
  const alphaRow = new Float64Array(width);
  return {
    width,
    height,
    readRow: (y, into) => {
      colour.readRow(y, into);
      alpha.readRow(y, alphaRow);
      for (let x = 0; x < width; x++) {
        const opacity = sampleAt(alphaRow, x) / OPAQUE;
        into[x] = BACKDROP + (sampleAt(into, x) - BACKDROP) * opacity;
      }
    },
  };
}
