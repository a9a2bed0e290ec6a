import { createHash } from 'node:crypto';
import { VERDICTS, type ImageReport, type VerdictKind } from '../api/report.ts';
import type { ReportImages } from '../api/reportImages.ts';
import { escapeHtml } from './escapeHtml.ts';
import { imageSection } from './imageSection.ts';
import type { ReportEntry } from './reportEntry.ts';
import type { ReportedBatch } from './reportedBatch.ts';
import { reportHistogram } from './reportHistogram.ts';
import { reportLanguages } from './reportLanguages.ts';
import { reportScript } from './reportScript.ts';
import { reportStyle } from './reportStyle.ts';
import { reportTable } from './reportTable.ts';
import type { ReportLanguage, ReportWords } from './reportWords.ts';
import { verdictMark } from './verdictMark.ts';

/** What the page holds by which a file is known for a report. */
export const HTML_MARK = '<meta name="generator" content="enlarger report">';

/** Images that are shown, the worst first; with more of them a page takes long to open. All have their row. */
const MAX_SHOWN = 500;

/** Images that are made while the one before them is written. */
const MADE_AHEAD = 2;

/**
 * A batch as one HTML page that needs nothing else: summary, histogram, a table that sorts, and the images, worst
 * first. Without scripts it is complete, with the images side by side. It comes part by part, so that the images
 * are never held together.
 *
 * Its own policy forbids whatever is not in it, so a hostile file name is text even if the escaping had a hole.
 *
 * @throws RangeError when a preview is not a `data:` URI of an image (our bug, not the user's).
 */
export async function* htmlReport(batch: ReportedBatch, language: ReportLanguage): AsyncGenerator<string> {
  const words = reportLanguages[language];
  const entries: ReportEntry[] = [];
  for await (const entry of batch.entries) entries.push(entry);
  const sorted = entries.toSorted((a, b) => badness(b.report) - badness(a.report));
  const reports = sorted.map(({ report }) => report);
  const rows = sorted.map((entry, index) => (index < MAX_SHOWN ? entry : { report: entry.report }));
  yield head(language, words);
  yield pageTop(reports, words);
  yield* failureList(batch.failures, words);
  yield `<h2>${escapeHtml(words.table)}</h2>\n${reportTable(rows, words)}\n`;
  if (rows.length > MAX_SHOWN) yield `<p class="quiet">${escapeHtml(words.onlyWorst(MAX_SHOWN))}</p>\n`;
  const shown = rows.flatMap(({ report, pictures: images }) =>
    images === undefined ? [] : [{ report, pictures: images }],
  );
  for await (const [index, { report }, made] of withImages(shown)) {
    yield imageSection(report, made, index, words);
  }
  yield pageEnd(reports, words);
}

function policy(): string {
  const hash = createHash('sha256').update(reportScript).digest('base64');
  return `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

/** Failed before look before ok; among equals, what explains its input least. */
function badness({ quality }: ImageReport): number {
  if (quality === null) return -1;
  const { identical, psnrDb } = quality.consistency;
  const unexplained = identical ? 0 : 1 / (1 + Math.max(0, psnrDb ?? 0));
  return VERDICTS.indexOf(quality.verdict) + unexplained / 2;
}

function head(language: ReportLanguage, words: ReportWords): string {
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
    '',
  ].join('\n');
}

function pageEnd(reports: readonly ImageReport[], words: ReportWords): string {
  return [
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

/** Each entry with its place in the table and its images, which are made a little ahead. */
async function* withImages<Entry extends Required<ReportEntry>>(
  entries: readonly Entry[],
): AsyncGenerator<readonly [number, Entry, ReportImages | undefined]> {
  const begun: Promise<ReportImages | undefined>[] = [];
  let next = 0;
  for (const [index, entry] of entries.entries()) {
    for (; begun.length <= MADE_AHEAD && next < entries.length; next++) {
      const made = entries[next]?.pictures() ?? Promise.resolve(undefined);
      // Whoever stops reading leaves some unasked for; what they throw is nobody's then.
      made.catch(() => undefined);
      begun.push(made);
    }
    yield [index, entry, await begun.shift()];
  }
}

function pageTop(reports: readonly ImageReport[], words: ReportWords): string {
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
    '',
  ].join('\n');
}

async function* failureList(failures: ReportedBatch['failures'], words: ReportWords): AsyncGenerator<string> {
  let isFirst = true;
  for await (const { input, error } of failures) {
    if (isFirst) yield `<h2>${escapeHtml(words.failures)}</h2><ul class="failures">`;
    isFirst = false;
    yield `<li><b><bdi>${escapeHtml(input)}</bdi></b> ${escapeHtml(error.message)} <code>${error.code}</code></li>`;
  }
  if (!isFirst) yield '</ul>\n';
}
