import { planeView, sampleAt, type PlaneView } from './planeView.ts';

/** The plane with rows and columns exchanged, in new memory: for measures that run along columns too. */
export function transposedPlane(plane: PlaneView): PlaneView {
  const { width, height } = plane;
  const samples = new Float32Array(width * height);
  const row = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    plane.readRow(y, row);
    for (let x = 0; x < width; x++) samples[x * height + y] = sampleAt(row, x);
  }
  return planeView({ width: height, height: width }, samples);
}
