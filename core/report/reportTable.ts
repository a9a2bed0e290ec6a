import type { PictureReport } from '../api/report.ts';
import { escapeHtml } from './escapeHtml.ts';
import type { ReportEntry } from './reportEntry.ts';
import type { ReportWords } from './reportWords.ts';

/** One row a picture; cells carry the value that they are sorted by. */
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
    `<div class="table" role="region" tabindex="0" aria-label="${escapeHtml(words.title)}"><table>\n` +
    `<thead><tr>${heads.join('')}</tr></thead>\n<tbody>\n${rows.join('\n')}\n</tbody></table></div>`
  );
}

function row({ report, previews }: ReportEntry, index: number, words: ReportWords): string {
  const { quality, output, stagesMs } = report;
  const { consistency, detail, verdict } = quality;
  const name = escapeHtml(output.path);
  const link = previews === undefined ? name : `<a href="#picture-${index}">${name}</a>`;
  const seconds = Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0) / 1000;
  const size = `${output.width} × ${output.height}`;
  return [
    `<tr><td class="name" data-value="${name}">${link}</td>`,
    `<td class="${verdict}" data-value="${escapeHtml(words.verdicts[verdict])}">${escapeHtml(words.verdicts[verdict])}</td>`,
    reasonsCell(report, words),
    `<td class="figure" data-value="${output.width * output.height}">${size}</td>`,
    consistency.identical
      ? `<td class="figure" data-value="Infinity">${escapeHtml(words.identical)}</td>`
      : figureCell(consistency.psnrDb, 1, words),
    figureCell(consistency.ssim, 4, words),
    figureCell(consistency.deltaE.mean, 2, words),
    figureCell(detail?.gradientGain ?? null, 2, words),
    `${figureCell(seconds, 1, words)}</tr>`,
  ].join('');
}

function reasonsCell({ quality }: PictureReport, words: ReportWords): string {
  const sentences = quality.reasons.map(({ code, places: [place] }) => {
    const text = escapeHtml(words.reasons[code]);
    return place === undefined ? text : `${text} (${escapeHtml(words.place)} ${place.x}, ${place.y})`;
  });
  return `<td data-value="${sentences.length}">${sentences.join('<br>')}</td>`;
}

/** No figure sorts below every figure. */
function figureCell(value: number | null, decimals: number, words: ReportWords): string {
  if (value === null) return `<td class="figure" data-value="-Infinity">${escapeHtml(words.noFigure)}</td>`;
  return `<td class="figure" data-value="${value}">${value.toFixed(decimals)}</td>`;
}
