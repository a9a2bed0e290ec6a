import { createHash } from 'node:crypto';
import { VERDICTS, type PictureReport, type ReportedFailure, type VerdictKind } from '../api/report.ts';
import { escapeHtml } from './escapeHtml.ts';
import { pictureSection } from './pictureSection.ts';
import type { ReportEntry } from './reportEntry.ts';
import { reportHistogram } from './reportHistogram.ts';
import { reportLanguages } from './reportLanguages.ts';
import { reportScript } from './reportScript.ts';
import { reportStyle } from './reportStyle.ts';
import { reportTable } from './reportTable.ts';
import type { ReportLanguage, ReportWords } from './reportWords.ts';
import { verdictMark } from './verdictMark.ts';

/** What the page holds by which a file is known for a report. */
export const HTML_MARK = '<meta name="generator" content="enlarger report">';

export interface HtmlBatch {
  readonly entries: readonly ReportEntry[];
  readonly failures: readonly ReportedFailure[];
  readonly language: ReportLanguage;
}

/**
 * A batch as one HTML page that needs nothing else: summary, histogram, a table that sorts, and every picture that has
 * previews, worst first. Without scripts it is complete, with the pictures side by side.
 *
 * Its own policy forbids whatever is not in it, so a hostile file name is text even if the escaping had a hole.
 *
 * @throws RangeError when a preview is not a `data:` URI of a picture (our bug, not the user's).
 */
export function htmlReport({ entries, failures, language }: HtmlBatch): string {
  const words = reportLanguages[language];
  const sorted = entries.toSorted((a, b) => badness(b.report) - badness(a.report));
  const reports = sorted.map((entry) => entry.report);
  return [
    '<!doctype html>',
    `<html lang="${language}">`,
    '<head>',
    '<meta charset="utf-8">',
    HTML_MARK,
    `<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy())}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escapeHtml(words.title)}</title>`,
    `<style>${reportStyle}</style>`,
    '</head>',
    '<body>',
    '<main>',
    summary(reports, words),
    failureList(failures, words),
    `<h2>${escapeHtml(words.table)}</h2>`,
    reportTable(sorted, words),
    ...sorted.map((entry, index) => section(entry, index, words)),
    `<footer><h2>${escapeHtml(words.howMade)}</h2>`,
    ...words.honesty.map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
    `<p>${escapeHtml([...new Set(reports.map(({ program }) => program))].join(', '))}</p>`,
    '</footer>',
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
  if (quality === null) return -1;
  const { identical, psnrDb } = quality.consistency;
  const unexplained = identical ? 0 : 1 / (1 + Math.max(0, psnrDb ?? 0));
  return VERDICTS.indexOf(quality.verdict) + unexplained / 2;
}

function summary(reports: readonly PictureReport[], words: ReportWords): string {
  const megapixels = reports.reduce((sum, { output }) => sum + (output.width * output.height) / 1e6, 0);
  const scope = words.scope(reports.length, megapixels.toFixed(megapixels < 10 ? 1 : 0));
  const count = (kind: VerdictKind): number =>
    reports.filter(({ quality }) => quality?.verdict === kind).length;
  const counts = VERDICTS.toReversed().map(
    (kind) => `<li data-show="${kind}"><b>${count(kind)}</b> ${verdictMark(kind, words)}</li>`,
  );
  return [
    '<header class="top"><div>',
    `<h1>${escapeHtml(words.title)}</h1>`,
    `<p class="quiet">${escapeHtml(scope)}</p>`,
    `<ul class="counts" data-label="${escapeHtml(words.filter)}">`,
    ...counts,
    `<li data-show="all"><b>${reports.length}</b> <span class="verdict">${escapeHtml(words.all)}</span></li></ul>`,
    '</div><div class="chart">',
    `<h2>${escapeHtml(words.histogram)}</h2>`,
    reportHistogram(reports, words),
    '</div></header>',
  ].join('\n');
}

function failureList(failures: readonly ReportedFailure[], words: ReportWords): string {
  if (failures.length === 0) return '';
  const items = failures.map(
    ({ input, error }) =>
      `<li><b><bdi>${escapeHtml(input)}</bdi></b> ${escapeHtml(error.message)} <code>${error.code}</code></li>`,
  );
  return `<h2>${escapeHtml(words.failures)}</h2><ul class="failures">${items.join('')}</ul>`;
}

function section({ report, pictures }: ReportEntry, index: number, words: ReportWords): string {
  return pictures === undefined ? '' : pictureSection({ report, pictures }, index, words);
}
