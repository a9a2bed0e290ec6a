import { halvePlane } from '../planes/halvePlane.ts';
import { pairPlanes, type PlanePair } from '../planes/pairPlanes.ts';
import type { PlaneView } from '../planes/planeView.ts';
import { ssim } from './ssim.ts';
import { WINDOW_PX } from '../planes/windowStatistics.ts';

/** Wang, Simoncelli, Bovik: "Multiscale structural similarity", Asilomar 2003: exponents from fine to coarse. */
const EXPONENTS = [0.0448, 0.2856, 0.3001, 0.2363, 0.1333] as const;

export interface MsSsim {
  /** 0…1, 1 for identical planes. */
  readonly msSsim: number;
  /** Number of scales; fewer than five for small images, whose values are comparable only with each other. */
  readonly scales: number;
}

/**
 * Multi-scale SSIM, the mean over all planes: contrast × structure at every scale, luminance at the coarsest only,
 * each to its exponent.
 *
 * A scale is used if its short side has at least 11 px, so five need a short side of 161 px. With fewer, the exponents of
 * those that take part are scaled to the sum of all five, 1. A negative mean counts as 0: it has no real root.
 *
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function msSsim(reference: readonly PlaneView[], output: readonly PlaneView[]): MsSsim {
  const likenesses = pairPlanes(reference, output).map(planeLikeness);
  const sum = likenesses.reduce((total, plane) => total + plane.msSsim, 0);
  return { msSsim: sum / likenesses.length, scales: likenesses[0]?.scales ?? 0 };
}

function planeLikeness(pair: PlanePair): MsSsim {
  const scales = scaleCount(Math.min(pair.reference.width, pair.reference.height));
  const exponents = EXPONENTS.slice(0, scales);
  const exponentSum = exponents.reduce((sum, exponent) => sum + exponent, 0);
  let { reference, output } = pair;
  let product = 1;
  exponents.forEach((exponent, index) => {
    if (index > 0) [reference, output] = [halvePlane(reference), halvePlane(output)];
    const means = ssim([reference], [output]);
    const likeness = index === scales - 1 ? means.ssim : means.contrastStructure;
    product *= Math.max(0, likeness) ** (exponent / exponentSum);
  });
  return { msSsim: product, scales };
}

function scaleCount(shortSidePx: number): number {
  let side = shortSidePx;
  let count = 1;
  while (count < EXPONENTS.length && Math.ceil(side / 2) >= WINDOW_PX) {
    side = Math.ceil(side / 2);
    count++;
  }
  return count;
}
