import { createHash } from 'node:crypto';
import { VERDICTS, type ImageReport, type OtherInput, type VerdictKind } from '../api/report.ts';
import type { ReportImages } from '../api/reportImages.ts';
import { addedNetworks } from './addedNetworks.ts';
import { imageSection } from './imageSection.ts';
import { markup, trusted, type Markup } from './markup.ts';
import type { ReportEntry } from './reportEntry.ts';
import type { ReportedBatch } from './reportedBatch.ts';
import { reportHistogram } from './reportHistogram.ts';
import { reportScript } from './reportScript.ts';
import { reportStyle } from './reportStyle.ts';
import { imageTable } from './imageTable.ts';
import { ReportWords, type ReportLanguage } from './reportWords.ts';
import { verdictMark } from './verdictMark.ts';

/** The tag that identifies a file as one of our reports. */
export const HTML_MARK = '<meta name="generator" content="enlarger report">';

/** Images that are shown, worst first; a page with more is slow to open. Every image has a row in the table. */
const MAX_SHOWN = 500;

/** The explanations at the end of the page. */
const HOW_TO = ['page.howTo.match', 'page.howTo.detail', 'page.howTo.ok'] as const;

/** Sections whose images are prepared while the previous one is written. */
const MADE_AHEAD = 2;

/**
 * A batch as one self-contained HTML page: summary, histogram, a sortable table, and the images, worst first. It is
 * complete without scripts, with the images side by side. It is produced part by part, so that the images are never
 * all in memory.
 *
 * Its content security policy forbids everything that is not part of it: a hostile file name would stay text even if
 * the escaping had a gap.
 *
 * @throws RangeError when a preview is not a `data:` URI of an image (our bug, not the user's).
 */
export async function* htmlReport(batch: ReportedBatch, language: ReportLanguage): AsyncGenerator<string> {
  const words = new ReportWords(language);
  const entries: ReportEntry[] = [];
  for await (const entry of batch.entries) entries.push(entry);
  const sorted = entries.toSorted((a, b) => badness(b.report) - badness(a.report));
  const reports = sorted.map(({ report }) => report);
  const rows = sorted.map((entry, index) => (index < MAX_SHOWN ? entry : { report: entry.report }));
  yield String(head(language, words));
  yield String(pageTop(reports, words));
  yield* failureList(batch.failures, words);
  yield* otherList(batch.others, words);
  yield String(markup`<h2>${words.text('page.table')}</h2>\n${imageTable(rows, words)}\n`);
  if (rows.length > MAX_SHOWN) {
    yield String(markup`<p class="quiet">${words.text('page.onlyWorst', { shown: MAX_SHOWN })}</p>\n`);
  }
  const shown = rows.flatMap(({ report, pictures: images }) =>
    images === undefined ? [] : [{ report, pictures: images }],
  );
  for await (const [index, { report }, made] of withImages(shown)) {
    yield String(imageSection(report, made, index, words));
  }
  yield String(pageEnd(reports, words));
}

function policy(): string {
  const hash = createHash('sha256').update(reportScript).digest('base64');
  return `default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
}

/** Problems first, then images to review, then the rest; the least faithful first in each group. */
function badness({ quality }: ImageReport): number {
  if (quality === null) return -1;
  const { identical, psnrDb } = quality.consistency;
  const infidelity = identical ? 0 : 1 / (1 + Math.max(0, psnrDb ?? 0));
  return VERDICTS.indexOf(quality.verdict) + infidelity / 2;
}

function head(language: ReportLanguage, words: ReportWords): Markup {
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
${trusted(HTML_MARK)}
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.text('page.title')}</title>
<style>${trusted(reportStyle)}</style>
</head>
<body>
<main>
`;
}

function pageEnd(reports: readonly ImageReport[], words: ReportWords): Markup {
  const programs = [...new Set(reports.map(({ program }) => program))].join(', ');
  return markup`<footer>${addedNetworks(reports, words)}<h2>${words.text('page.howTo')}</h2>
${HOW_TO.map((key) => markup`<p>${words.text(key)}</p>\n`)}<p>${programs}</p>
</footer>
</main>
<script>${trusted(reportScript)}</script>
</body>
</html>
`;
}

/** Each entry with its index in the table and its images, which are prepared a little ahead. */
async function* withImages<Entry extends Required<ReportEntry>>(
  entries: readonly Entry[],
): AsyncGenerator<readonly [number, Entry, ReportImages | undefined]> {
  const begun: Promise<ReportImages | undefined>[] = [];
  let next = 0;
  for (const [index, entry] of entries.entries()) {
    for (; begun.length <= MADE_AHEAD && next < entries.length; next++) {
      const made = entries[next]?.pictures() ?? Promise.resolve(undefined);
      // If the reader stops early, the rest is never awaited; its errors must not count as unhandled.
      made.catch(() => undefined);
      begun.push(made);
    }
    yield [index, entry, await begun.shift()];
  }
}

function pageTop(reports: readonly ImageReport[], words: ReportWords): Markup {
  const megapixels = reports.reduce((sum, { output }) => sum + (output.width * output.height) / 1e6, 0);
  const count = (kind: VerdictKind): number =>
    reports.filter(({ quality }) => quality?.verdict === kind).length;
  const counts = VERDICTS.toReversed().map((kind) => {
    const word = words.text(`page.count.${kind}`, { count: count(kind) });
    return markup`<li data-show="${kind}"><b>${count(kind)}</b> ${verdictMark(kind, words, word)}</li>\n`;
  });
  return markup`<header class="top"><div>
<h1>${words.text('page.title')}</h1>
<p class="quiet">${words.text('page.scope', { count: reports.length, megapixels: megapixels.toFixed(megapixels < 10 ? 1 : 0) })}</p>
<ul class="counts" data-label="${words.text('filter.name')}">
${counts}<li data-show="all"><b>${reports.length}</b> <span class="verdict">${words.text('filter.all')}</span></li></ul>
</div><div class="chart">
<h2>${words.text('score.explains')}</h2>
${reportHistogram(reports, words)}
</div></header>
`;
}

async function* failureList(failures: ReportedBatch['failures'], words: ReportWords): AsyncGenerator<string> {
  yield* inputList(
    words.text('filter.failed'),
    failures,
    ({ input, error }) =>
      markup`<li><b><bdi>${input}</bdi></b> ${error.message} <code>${error.code}</code></li>`,
  );
}

function otherOutcome({ state, reason }: OtherInput, words: ReportWords): string {
  if (state === 'done') return words.text('page.unmeasured');
  return reason === undefined ? words.text('state.cancelled') : words.text(`skipped.${reason}`);
}

async function* otherList(others: ReportedBatch['others'], words: ReportWords): AsyncGenerator<string> {
  yield* inputList(
    words.text('page.others'),
    others,
    (other) => markup`<li><b><bdi>${other.input}</bdi></b> ${otherOutcome(other, words)}</li>`,
  );
}

/** A list with its heading; nothing if it is empty. */
async function* inputList<Entry>(
  heading: string,
  entries: Iterable<Entry> | AsyncIterable<Entry>,
  item: (entry: Entry) => Markup,
): AsyncGenerator<string> {
  let isFirst = true;
  for await (const entry of entries) {
    if (isFirst) yield String(markup`<h2>${heading}</h2><ul class="failures">`);
    isFirst = false;
    yield String(item(entry));
  }
  if (!isFirst) yield '</ul>\n';
}
