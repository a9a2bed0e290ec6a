import { sampleAt, type PlaneView } from './planeView.ts';

/** A view of `first` − `second`, −255…255. Both have the same size. */
export function differencePlane(first: PlaneView, second: PlaneView): PlaneView {
  const { width, height } = first;
  const secondRow = new Float64Array(width);
  return {
    width,
    height,
    readRow: (y, into) => {
      first.readRow(y, into);
      second.readRow(y, secondRow);
      for (let x = 0; x < width; x++) into[x] = sampleAt(into, x) - sampleAt(secondRow, x);
    },
  };
}
