import type { PictureReport } from '../api/report.ts';
import { escapeHtml } from './escapeHtml.ts';
import type { ReportWords } from './reportWords.ts';

const BIN_DB = 5;
const FIRST_BIN_DB = 20;
const BINS = 9;
const BAR = { width: 52, gap: 4, height: 72, top: 18 };

/** Bars of how many pictures explain their input how well; what lies outside counts with the first or last bar. */
export function reportHistogram(reports: readonly PictureReport[], words: ReportWords): string {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const { quality } of reports) {
    if (quality === null) continue;
    const bin = binOf(quality.consistency.identical ? Number.POSITIVE_INFINITY : quality.consistency.psnrDb);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, bin) => bar(bin, count, (BAR.height * count) / most));
  const width = BINS * (BAR.width + BAR.gap);
  const description = counts
    .flatMap((count, bin) => (count > 0 ? [words.bars(count, binLabel(bin))] : []))
    .join(', ');
  return (
    `<svg class="histogram" viewBox="0 0 ${width} ${BAR.top + BAR.height + 22}" role="img" ` +
    `aria-label="${escapeHtml(`${words.histogram}: ${description}`)}">${bars.join('')}</svg>` +
    `<p class="quiet">${escapeHtml(words.histogramAxis)}</p>`
  );
}

function binOf(psnrDb: number | null): number {
  if (psnrDb === null) return 0;
  return Math.min(BINS - 1, Math.max(0, Math.floor((psnrDb - FIRST_BIN_DB) / BIN_DB)));
}

function bar(bin: number, count: number, height: number): string {
  const x = bin * (BAR.width + BAR.gap);
  const base = BAR.top + BAR.height;
  const middle = x + BAR.width / 2;
  const figure =
    count === 0 ? '' : `<text x="${middle}" y="${(base - height - 5).toFixed(1)}">${count}</text>`;
  return (
    `<rect x="${x}" y="${(base - Math.max(height, 1)).toFixed(1)}" width="${BAR.width}" ` +
    `height="${Math.max(height, 1).toFixed(1)}"/>${figure}` +
    `<text class="axis" x="${middle}" y="${base + 16}">${escapeHtml(binLabel(bin))}</text>`
  );
}

function binLabel(bin: number): string {
  const from = FIRST_BIN_DB + bin * BIN_DB;
  if (bin === 0) return `< ${from + BIN_DB}`;
  return bin === BINS - 1 ? `≥ ${from}` : `${from}–${from + BIN_DB}`;
}
