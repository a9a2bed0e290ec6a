import type { ScoreBar, ScoreName } from '../api/views.ts';

/** Where the bars of each histogram begin, lowest first; the same in the window and in the HTML report. */
export const BAR_STARTS: Readonly<Record<ScoreName, readonly number[]>> = {
  psnrDb: [20, 25, 30, 35, 40, 45, 50, 55, 60],
  ssim: [0.8, 0.9, 0.92, 0.94, 0.96, 0.98, 0.99, 0.995, 0.999],
  deltaE: [0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 5],
  gradientGain: [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3, 4],
};

/** Counts values in bars that begin at `starts`; the first bar includes everything below it. */
export function countBars(values: readonly number[], starts: readonly number[]): ScoreBar[] {
  return starts.map((from, bar) => {
    const next = starts[bar + 1] ?? Infinity;
    const isInside = (value: number): boolean =>
      (bar === 0 || value >= from) && (value < next || next === Infinity);
    return { from, count: values.filter(isInside).length };
  });
}
