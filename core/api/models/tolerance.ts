import type { ReasonCode } from '../report.ts';

/** Reasons whose limits can be wider for one network than for its kind: effects that it has everywhere, not mistakes. */
export const TOLERATED_CODES = [
  'unlike-input',
  'colour-shift',
  'misplaced',
  'seam',
  'checkerboard',
  'clipping',
] as const satisfies readonly ReasonCode[];

/** By how much a network's limits are wider than those of its kind, by the reason; 1 where it is not mentioned. */
export type Tolerance = Readonly<Partial<Record<(typeof TOLERATED_CODES)[number], number>>>;

/** The wider of each factor, for an image that went through several networks. */
export function widestTolerance(all: readonly Tolerance[]): Tolerance {
  const widest: Partial<Record<(typeof TOLERATED_CODES)[number], number>> = {};
  for (const code of TOLERATED_CODES) {
    const factor = Math.max(1, ...all.map((tolerance) => tolerance[code] ?? 1));
    if (factor > 1) widest[code] = factor;
  }
  return widest;
}
