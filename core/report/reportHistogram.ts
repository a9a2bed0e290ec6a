import type { ImageReport } from '../api/report.ts';
import type { ScoreBar } from '../api/views.ts';
import { markup, type Markup } from './markup.ts';
import type { ReportWords } from './reportWords.ts';
import { BAR_STARTS, countBars } from './scoreBars.ts';

const BAR = { width: 52, gap: 4, height: 72, top: 18 };

/** A histogram of how close the images come to their originals; outliers count in the first or last bar. */
export function reportHistogram(reports: readonly ImageReport[], words: ReportWords): Markup {
  const bars = countBars(reports.flatMap(fidelities), BAR_STARTS.psnrDb);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const drawn = bars.map(({ count }, index) => drawBar(bars, index, (BAR.height * count) / most));
  const width = bars.length * (BAR.width + BAR.gap);
  const height = BAR.top + BAR.height + 22;
  const description = bars
    .flatMap(({ count }, index) =>
      count > 0 ? [words.text('page.bar', { images: count, label: labelOf(bars, index) })] : [],
    )
    .join(', ');
  const label = `${words.text('score.explains')}: ${description}`;
  return markup`<svg class="histogram" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}">${drawn}</svg><p class="quiet">${words.text('page.axis')}</p>`;
}

/** In decibels; empty if it was not measured. */
function fidelities({ quality }: ImageReport): number[] {
  if (quality === null) return [];
  const { identical, psnrDb } = quality.consistency;
  return [identical ? Infinity : (psnrDb ?? -Infinity)];
}

function drawBar(bars: readonly ScoreBar[], index: number, height: number): Markup {
  const x = index * (BAR.width + BAR.gap);
  const base = BAR.top + BAR.height;
  const middle = x + BAR.width / 2;
  const count = bars[index]?.count ?? 0;
  const drawn = Math.max(height, 1);
  const figure =
    count === 0
      ? undefined
      : markup`<text x="${middle}" y="${(base - height - 5).toFixed(1)}">${count}</text>`;
  return markup`<rect x="${x}" y="${(base - drawn).toFixed(1)}" width="${BAR.width}" height="${drawn.toFixed(1)}"/>${figure}<text class="axis" x="${middle}" y="${base + 16}">${labelOf(bars, index)}</text>`;
}

function labelOf(bars: readonly ScoreBar[], index: number): string {
  const from = bars[index]?.from ?? 0;
  const next = bars[index + 1]?.from;
  if (next === undefined) return `≥ ${from}`;
  return index === 0 ? `< ${next}` : `${from}–${next}`;
}
