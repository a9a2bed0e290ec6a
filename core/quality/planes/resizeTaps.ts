import { sampleAt } from './planeView.ts';

/** For every sample of a resized axis: which source samples it is made of, and with which weights. */
export interface ResizeTaps {
  /** Source samples per resized sample, the same for all. */
  readonly count: number;
  /** First source sample of each; may lie outside the axis, where it is mirrored. */
  readonly starts: Float64Array;
  /** `count` weights of each, which sum to 1, one resized sample after the other. */
  readonly weights: Float64Array;
}

const CUBIC_SUPPORT_PX = 4;

/**
 * Bicubic weights (Keys: "Cubic convolution interpolation", IEEE TASSP 29(6), 1981; a = −½) as MATLAB's `imresize`
 * takes them, which the super-resolution literature makes its small images with: when an axis shrinks, the kernel
 * is stretched by the same factor, so that detail finer than the new grid is averaged out instead of aliased.
 */
export function resizeTaps(sourcePx: number, resizedPx: number): ResizeTaps {
  const step = sourcePx / resizedPx;
  const stretch = Math.max(1, step);
  const count = Math.ceil(CUBIC_SUPPORT_PX * stretch);
  const starts = new Float64Array(resizedPx);
  const weights = new Float64Array(resizedPx * count);
  for (let index = 0; index < resizedPx; index++) {
    const centre = (index + 0.5) * step - 0.5;
    const start = Math.ceil(centre - (CUBIC_SUPPORT_PX * stretch) / 2);
    starts[index] = start;
    const own = weights.subarray(index * count, (index + 1) * count);
    for (let tap = 0; tap < count; tap++) own[tap] = cubic((centre - start - tap) / stretch);
    const sum = own.reduce((total, weight) => total + weight, 0);
    for (let tap = 0; tap < count; tap++) own[tap] = sampleAt(own, tap) / sum;
  }
  return { count, starts, weights };
}

function cubic(distance: number): number {
  const d = Math.abs(distance);
  if (d <= 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

/** The sample that a mirror at the axis' ends shows: −1 is 0, `length` is `length` − 1, and so on. */
export function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const folded = ((index % period) + period) % period;
  return folded < length ? folded : period - 1 - folded;
}
