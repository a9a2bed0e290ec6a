import { pixelErrors } from '../metrics/pixelErrors.ts';
import { planeView, sampleAt, type PlaneView } from '../planes/planeView.ts';

/** An image's orientation, as the operation on the upright image. */
export type Orientation =
  | 'upright'
  | 'mirrored'
  | 'flipped'
  | 'turned-over'
  | 'transposed'
  | 'turned-right'
  | 'turned-left'
  | 'transversed';

/** The new position of the sample at (x, y) of an upright square whose last row and column are `last`. */
type Move = (x: number, y: number, last: number) => { readonly x: number; readonly y: number };

const MOVES: readonly (readonly [Orientation, Move])[] = [
  ['upright', (x, y) => ({ x, y })],
  ['mirrored', (x, y, last) => ({ x: last - x, y })],
  ['flipped', (x, y, last) => ({ x, y: last - y })],
  ['turned-over', (x, y, last) => ({ x: last - x, y: last - y })],
  ['transposed', (x, y) => ({ x: y, y: x })],
  ['turned-right', (x, y, last) => ({ x: last - y, y: x })],
  ['turned-left', (x, y, last) => ({ x: y, y: last - x })],
  ['transversed', (x, y, last) => ({ x: last - y, y: last - x })],
];

/** One of a closed set of mistakes (or none), and how well it explains an output. */
export interface Explanation<Kind extends string> {
  readonly kind: Kind;
  /** RMSE, 0…255, that remains when the mistake is undone. */
  readonly rmse: number;
}

/**
 * How well each orientation matches an output, best first.
 *
 * @param reference Planes of an upright square thumbnail.
 * @param output Planes of the output's thumbnail, of the same size.
 */
export function orientationErrors(
  reference: readonly PlaneView[],
  output: readonly PlaneView[],
): readonly Explanation<Orientation>[] {
  return MOVES.map(([kind, move]) => {
    const moved = reference.map((plane) => movedPlane(plane, move));
    return { kind, rmse: pixelErrors(moved, output).rmse };
  }).toSorted((a, b) => a.rmse - b.rmse);
}

function movedPlane(plane: PlaneView, move: Move): PlaneView {
  const side = plane.width;
  const samples = new Float32Array(side * side);
  const row = new Float64Array(side);
  for (let y = 0; y < side; y++) {
    plane.readRow(y, row);
    for (let x = 0; x < side; x++) {
      const target = move(x, y, side - 1);
      samples[target.y * side + target.x] = sampleAt(row, x);
    }
  }
  return planeView({ width: side, height: side }, samples);
}
