import { createHash } from 'node:crypto';
import { VERDICTS, type PictureReport, type VerdictKind } from '../api/report.ts';
import { escapeHtml } from './escapeHtml.ts';
import type { ReportEntry } from './reportEntry.ts';
import { reportHistogram } from './reportHistogram.ts';
import { reportScript } from './reportScript.ts';
import { reportStyle } from './reportStyle.ts';
import { reportTable } from './reportTable.ts';
import { reportWords, type ReportLanguage, type ReportWords } from './reportWords.ts';

const DATA_URI = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/;

/**
 * A batch as one HTML page that needs nothing else: a table, worst first, and a slider for every picture with previews.
 * Without scripts it is complete, with the pictures side by side.
 *
 * Its own policy forbids whatever is not in it, so a hostile file name is text even if the escaping had a hole.
 *
 * @throws RangeError when a preview is not a `data:` URI of a picture (our bug, not the user's).
 */
export function htmlReport(entries: readonly ReportEntry[], language: ReportLanguage): string {
  const words = reportWords[language];
  const sorted = entries.toSorted((a, b) => badness(b.report) - badness(a.report));
  const reports = sorted.map((entry) => entry.report);
  return [
    '<!doctype html>',
    `<html lang="${language}">`,
    '<head>',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy())}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(words.title)}</title>`,
    `<style>${reportStyle}</style>`,
    '</head>',
    '<body>',
    '<main>',
    `<h1>${escapeHtml(words.title)}</h1>`,
    `<p>${escapeHtml(words.summary(countVerdicts(reports)))}</p>`,
    `<p class="quiet">${escapeHtml(words.explanation)}</p>`,
    `<h2>${escapeHtml(words.histogram)}</h2>`,
    reportHistogram(reports, words.histogram),
    reportTable(sorted, words),
    ...sorted.map((entry, index) => section(entry, index, words)),
    '</main>',
    `<script>${reportScript}</script>`,
    '</body>',
    '</html>',
    '',
  ].join('\n');
}

function policy(): string {
  const hash = createHash('sha256').update(reportScript).digest('base64');
  return `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

/** Failed before look before ok; among equals, what explains its input least. */
function badness({ quality }: PictureReport): number {
  const { identical, psnrDb } = quality.consistency;
  const unexplained = identical ? 0 : 1 / (1 + Math.max(0, psnrDb ?? 0));
  return VERDICTS.indexOf(quality.verdict) + unexplained / 2;
}

function countVerdicts(reports: readonly PictureReport[]): Readonly<Record<VerdictKind, number>> {
  const counts = { ok: 0, look: 0, failed: 0 };
  for (const { quality } of reports) counts[quality.verdict]++;
  return counts;
}

function section({ report, previews }: ReportEntry, index: number, words: ReportWords): string {
  if (previews === undefined) return '';
  return [
    `<section id="picture-${index}">`,
    `<h2>${escapeHtml(report.output.path)}</h2>`,
    '<div class="pair">',
    preview('before', previews.before, words.before),
    preview('after', previews.after, words.after),
    '</div>',
    `<input class="slider" type="range" min="0" max="100" value="50" aria-label="${escapeHtml(words.slider)}">`,
    '</section>',
  ].join('\n');
}

function preview(side: 'before' | 'after', uri: string, caption: string): string {
  if (!DATA_URI.test(uri))
    throw new RangeError(`the preview "${uri.slice(0, 40)}" is not a data: URI of a picture`);
  const text = escapeHtml(caption);
  return `<figure class="${side}"><img src="${uri}" alt="${text}" loading="lazy"><figcaption>${text}</figcaption></figure>`;
}
