import type { ImageReport } from '../api/report.ts';
import { escapeHtml } from './escapeHtml.ts';
import { shortName } from './shortName.ts';
import type { ReportEntry } from './reportEntry.ts';
import type { ReportWords } from './reportWords.ts';
import { verdictMark } from './verdictMark.ts';

/** One row an image; cells carry the value that they are sorted by. */
export function reportTable(entries: readonly ReportEntry[], words: ReportWords): string {
  const { columns } = words;
  const texts = [columns.picture, columns.verdict, columns.reasons];
  const figures = [
    columns.size,
    columns.consistency,
    columns.similarity,
    columns.colour,
    columns.gain,
    columns.seconds,
  ];
  const heads = [
    ...texts.map((text) => `<th scope="col">${escapeHtml(text)}</th>`),
    ...figures.map((text) => `<th scope="col" class="figure">${escapeHtml(text)}</th>`),
  ];
  const rows = entries.map((entry, index) => row(entry, index, words));
  return (
    `<div class="table" role="region" tabindex="0" aria-label="${escapeHtml(words.table)}"><table>\n` +
    `<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody></table></div>`
  );
}

function row({ report, pictures: images }: ReportEntry, index: number, words: ReportWords): string {
  const { quality, output, stagesMs } = report;
  const name = `<bdi>${escapeHtml(shortName(output.path))}</bdi>`;
  const link = images === undefined ? name : `<a href="#image-${index}">${name}</a>`;
  const seconds = Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0) / 1000;
  const verdict = quality?.verdict ?? 'unmeasured';
  return [
    `<tr data-verdict="${verdict}"><td class="name" data-value="${escapeHtml(output.path)}">${link}</td>`,
    `<td data-value="${escapeHtml(words.verdicts[verdict])}">${verdictMark(verdict, words)}</td>`,
    reasonsCell(report, words),
    `<td class="figure" data-value="${output.width * output.height}">${output.width} × ${output.height}</td>`,
    quality?.consistency.identical === true
      ? `<td class="figure" data-value="Infinity">${escapeHtml(words.identical)}</td>`
      : figureCell(quality?.consistency.psnrDb, 1, words),
    figureCell(quality?.consistency.ssim, 4, words),
    figureCell(quality?.consistency.deltaE.mean, 2, words),
    figureCell(quality?.detail?.gradientGain, 2, words),
    `${figureCell(seconds, 1, words)}</tr>`,
  ].join('');
}

function reasonsCell({ quality }: ImageReport, words: ReportWords): string {
  const sentences = (quality?.reasons ?? []).map(({ code, places: [place] }) => {
    const text = escapeHtml(words.reasons[code]);
    return place === undefined ? text : `${text} (${escapeHtml(words.place(place.x, place.y))})`;
  });
  return `<td class="why" data-value="${sentences.length}">${sentences.join('<br>')}</td>`;
}

/** No figure sorts below every figure. */
function figureCell(value: number | null | undefined, decimals: number, words: ReportWords): string {
  if (value == null) return `<td class="figure" data-value="-Infinity">${escapeHtml(words.noFigure)}</td>`;
  return `<td class="figure" data-value="${value}">${value.toFixed(decimals)}</td>`;
}
