import type { PictureReport } from '../api/report.ts';
import { escapeHtml } from './escapeHtml.ts';

const BIN_DB = 5;
const FIRST_BIN_DB = 20;
const BINS = 9;
const BAR = { width: 44, gap: 8, height: 90 };

/** Bars of how many pictures explain their input how well; what lies outside counts with the first or last bar. */
export function reportHistogram(reports: readonly PictureReport[], title: string): string {
  const counts = Array.from({ length: BINS }, () => 0);
  for (const { quality } of reports) {
    const bin = binOf(quality.consistency.identical ? Number.POSITIVE_INFINITY : quality.consistency.psnrDb);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  const bars = counts.map((count, bin) => bar(bin, count, (BAR.height * count) / most));
  const width = BINS * (BAR.width + BAR.gap);
  return (
    `<svg class="histogram" viewBox="0 0 ${width} ${BAR.height + 36}" role="img" aria-label="${escapeHtml(title)}">` +
    `${bars.join('')}</svg>`
  );
}

function binOf(psnrDb: number | null): number {
  if (psnrDb === null) return 0;
  return Math.min(BINS - 1, Math.max(0, Math.floor((psnrDb - FIRST_BIN_DB) / BIN_DB)));
}

function bar(bin: number, count: number, height: number): string {
  const x = bin * (BAR.width + BAR.gap);
  const y = 16 + BAR.height - height;
  const middle = x + BAR.width / 2;
  return (
    `<rect x="${x}" y="${y}" width="${BAR.width}" height="${height}"/>` +
    `<text x="${middle}" y="${y - 4}" text-anchor="middle">${count}</text>` +
    `<text x="${middle}" y="${BAR.height + 32}" text-anchor="middle">${binLabel(bin)}</text>`
  );
}

function binLabel(bin: number): string {
  const from = FIRST_BIN_DB + bin * BIN_DB;
  if (bin === 0) return `&lt; ${from + BIN_DB}`;
  return bin === BINS - 1 ? `≥ ${from}` : `${from}–${from + BIN_DB}`;
}
