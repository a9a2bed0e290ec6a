import { sampleAt } from './planeView.ts';

/**
 * Adds rows up with symmetric weights: into = Σ taps[k] · rows[k].
 *
 * @param rows As many rows as taps, each at least as long as `into`.
 * @param taps Odd in number, the same from both ends; equal ones are combined, which halves the work.
 */
export function weightedSum(rows: readonly Float64Array[], taps: Float64Array, into: Float64Array): void {
  const middle = (taps.length - 1) / 2;
  into.fill(0);
  for (let distance = 0; distance <= middle; distance++) {
    const before = rows[middle - distance];
    const after = rows[middle + distance];
    if (before === undefined || after === undefined) throw new RangeError('one row is needed for every tap');
    const weight = sampleAt(taps, middle + distance);
    addPair(into, { before, after, weight: distance === 0 ? weight / 2 : weight });
  }
}

interface WeightedPair {
  readonly before: Float64Array;
  readonly after: Float64Array;
  readonly weight: number;
}

function addPair(sum: Float64Array, { before, after, weight }: WeightedPair): void {
  for (let index = 0; index < sum.length; index++) {
    sum[index] = sampleAt(sum, index) + weight * (sampleAt(before, index) + sampleAt(after, index));
  }
}
