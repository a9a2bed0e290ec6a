import type { ImageReport } from '../api/report.ts';
import type { ScoreBar } from '../api/views.ts';
import { escapeHtml } from './escapeHtml.ts';
import type { ReportWords } from './reportWords.ts';
import { BAR_STARTS, countBars } from './scoreBars.ts';

const BAR = { width: 52, gap: 4, height: 72, top: 18 };

/** Bars of how many images explain their input how well; what lies outside counts with the first or last bar. */
export function reportHistogram(reports: readonly ImageReport[], words: ReportWords): string {
  const bars = countBars(reports.flatMap(explained), BAR_STARTS.psnrDb);
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const drawn = bars.map(({ count }, index) => drawBar(bars, index, (BAR.height * count) / most));
  const width = bars.length * (BAR.width + BAR.gap);
  const description = bars
    .flatMap(({ count }, index) => (count > 0 ? [words.bars(count, labelOf(bars, index))] : []))
    .join(', ');
  return (
    `<svg class="histogram" viewBox="0 0 ${width} ${BAR.top + BAR.height + 22}" role="img" ` +
    `aria-label="${escapeHtml(`${words.histogram}: ${description}`)}">${drawn.join('')}</svg>` +
    `<p class="quiet">${escapeHtml(words.histogramAxis)}</p>`
  );
}

/** Decibels; nothing of what was not measured. */
function explained({ quality }: ImageReport): number[] {
  if (quality === null) return [];
  const { identical, psnrDb } = quality.consistency;
  return [identical ? Infinity : (psnrDb ?? -Infinity)];
}

function drawBar(bars: readonly ScoreBar[], index: number, height: number): string {
  const x = index * (BAR.width + BAR.gap);
  const base = BAR.top + BAR.height;
  const middle = x + BAR.width / 2;
  const count = bars[index]?.count ?? 0;
  const figure =
    count === 0 ? '' : `<text x="${middle}" y="${(base - height - 5).toFixed(1)}">${count}</text>`;
  return (
    `<rect x="${x}" y="${(base - Math.max(height, 1)).toFixed(1)}" width="${BAR.width}" ` +
    `height="${Math.max(height, 1).toFixed(1)}"/>${figure}` +
    `<text class="axis" x="${middle}" y="${base + 16}">${escapeHtml(labelOf(bars, index))}</text>`
  );
}

function labelOf(bars: readonly ScoreBar[], index: number): string {
  const from = bars[index]?.from ?? 0;
  const next = bars[index + 1]?.from;
  if (next === undefined) return `≥ ${from}`;
  return index === 0 ? `< ${next}` : `${from}–${next}`;
}
