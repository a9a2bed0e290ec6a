import type { Assessment } from '../../core/quality/judging/assessment.ts';
import { median } from '../../core/quality/planes/median.ts';
import { limitsFor } from '../../core/quality/judging/verdictLimits.ts';

/** Each figure that has a limit, as a share of that limit: 1 and more is a reason to look. */
export type LimitWeights = Readonly<Record<string, number>>;

export function limitShares(assessment: Assessment): LimitWeights {
  const { consistency, detail, output, nearlyClippedShare } = assessment;
  const limits = limitsFor(assessment);
  const tiles = consistency.tiles.map(
    (tile) => tile.rmse / (limits.tileRmse + limits.tileRmsePerContrast * tile.referenceDeviation),
  );
  const tileShifts = consistency.tiles.map(
    ({ shift, referenceDeviation }) =>
      Math.max(...shift.map(Math.abs)) /
      (limits.tileShift + limits.tileShiftPerContrast * referenceDeviation),
  );
  const moves = consistency.displacements
    .filter(({ explained }) => explained >= limits.displacementExplained)
    .map(({ x, y }) => Math.hypot(x, y));
  const shifts = [0, 1, 2].map((channel) =>
    Math.abs(median(consistency.tiles.map((tile) => tile.shift[channel] ?? 0))),
  );
  return {
    'worst tile': Math.max(...tiles),
    'tile shift': Math.max(...tileShifts),
    displacement: Math.max(0, ...moves) / limits.displacementPx,
    'colour shift': Math.max(...shifts) / limits.colourShift,
    seam: (consistency.seam?.worst?.step ?? 0) / limits.seamStep,
    checkerboard: (detail?.checkerboard ?? 0) / limits.checkerboard,
    clipping: Math.max(0, output.clippedShare - nearlyClippedShare) / limits.clippedShare,
  };
}

/** One line a figure: how near to its limit faithful outputs come. */
export function limitTable(shares: readonly LimitWeights[]): string {
  const names = Object.keys(shares[0] ?? {});
  const lines = names.map((name) => {
    const sorted = shares.map((one) => one[name] ?? 0).toSorted((a, b) => a - b);
    const cells = [0.5, 0.9, 0.98, 0.995, 1].map((share) => quantile(sorted, share).toFixed(2).padStart(7));
    return `${name.padEnd(14)}${cells.join('')}`;
  });
  return ['share of limit     50%    90%    98%  99.5%    max', ...lines].join('\n');
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

/** How many images come how near to the limit that they come nearest to; 1 and more is a false alarm. */
export function limitHistogram(shares: readonly LimitWeights[]): string {
  const nearest = shares.map((one) => Math.max(...Object.values(one)));
  const bins = Array.from({ length: 11 }, (_, bin) => ({
    title: bin === 10 ? '1.0 and more' : `${(bin / 10).toFixed(1)} … ${((bin + 1) / 10).toFixed(1)}`,
    count: nearest.filter((share) => Math.min(10, Math.floor(share * 10)) === bin).length,
  }));
  const most = Math.max(1, ...bins.map(({ count }) => count));
  return bins
    .map(({ title, count }) => {
      const bar = '#'.repeat(Math.round((50 * count) / most));
      return `${title.padEnd(13)}${String(count).padStart(5)}  ${bar}`.trimEnd();
    })
    .join('\n');
}
