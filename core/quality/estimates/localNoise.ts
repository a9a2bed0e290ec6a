import { median } from '../planes/median.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { noise } from './noise.ts';

/** Noise and fine texture, square by square; see `noise`. */
export interface LocalNoise {
  /** Standard deviation, 0…255, in the smoothest tenth of the squares: texture leaves some of them smooth, noise does not. */
  readonly floor: number;
  /** The floor over the median, 0…1: near 1 for noise, which is the same everywhere. */
  readonly evenness: number;
}

/** Side of the squares that are measured by themselves. */
const SQUARE_PX = 12;
const SMOOTH_SHARE = 0.1;

/** @param plane Luma; one that is smaller than 12 px is measured as a whole. */
export function localNoise(plane: PlaneView): LocalNoise {
  const figures = [...squareNoises(plane)].sort((a, b) => a - b);
  const floor = figures[Math.floor(SMOOTH_SHARE * figures.length)] ?? noise(plane);
  const middle = figures.length === 0 ? floor : median(figures);
  return { floor, evenness: middle === 0 ? 0 : floor / middle };
}

function* squareNoises(plane: PlaneView): Generator<number> {
  const strip = Array.from({ length: SQUARE_PX }, () => new Float64Array(plane.width));
  for (let y = 0; y + SQUARE_PX <= plane.height; y += SQUARE_PX) {
    strip.forEach((row, offset) => plane.readRow(y + offset, row));
    for (let x = 0; x + SQUARE_PX <= plane.width; x += SQUARE_PX) yield noise(square(strip, x));
  }
}

function square(strip: readonly Float64Array[], left: number): PlaneView {
  return {
    width: SQUARE_PX,
    height: SQUARE_PX,
    readRow: (y, into) => {
      const row = strip[y];
      for (let x = 0; x < SQUARE_PX; x++) into[x] = row === undefined ? Number.NaN : sampleAt(row, left + x);
    },
  };
}
