import type { ImageReport } from '../api/report.ts';
import { markup, type Markup } from './markup.ts';
import type { ReportEntry } from './reportEntry.ts';
import { NO_FIGURE, type ReportWords } from './reportWords.ts';
import { shortName } from './shortName.ts';
import { verdictMark } from './verdictMark.ts';

/** One row per image; each cell carries the value that it is sorted by. */
export function imageTable(entries: readonly ReportEntry[], words: ReportWords): Markup {
  const texts = [words.text('page.image'), words.text('page.verdict'), words.text('page.reason')];
  const figures = [
    words.text('page.size'),
    `${words.text('score.explains')} (dB)`,
    words.text('score.structure'),
    `${words.text('score.colour')} (ΔE)`,
    `${words.text('score.detail')} (×)`,
    words.text('page.seconds'),
  ];
  return markup`<div class="table" role="region" tabindex="0" aria-label="${words.text('page.table')}"><table>
<thead><tr>${texts.map((text) => markup`<th scope="col">${text}</th>`)}${figures.map((text) => markup`<th scope="col" class="figure">${text}</th>`)}</tr></thead>
<tbody>
${entries.map((entry, index) => row(entry, index, words))}</tbody></table></div>`;
}

function row({ report, pictures: images }: ReportEntry, index: number, words: ReportWords): Markup {
  const { quality, output, stagesMs } = report;
  const name = markup`<bdi>${shortName(output.path)}</bdi>`;
  const link = images === undefined ? name : markup`<a href="#image-${index}">${name}</a>`;
  const seconds = Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0) / 1000;
  const verdict = quality?.verdict ?? 'unmeasured';
  const cells = [
    markup`<td class="name" data-value="${output.path}">${link}</td>`,
    markup`<td data-value="${words.verdict(verdict)}">${verdictMark(verdict, words)}</td>`,
    reasonsCell(report, words),
    markup`<td class="figure" data-value="${output.width * output.height}">${output.width} × ${output.height}</td>`,
    quality?.consistency.identical === true
      ? markup`<td class="figure" data-value="Infinity">${words.text('score.identical')}</td>`
      : figureCell(quality?.consistency.psnrDb, 1),
    figureCell(quality?.consistency.ssim, 4),
    figureCell(quality?.consistency.deltaE.mean, 2),
    figureCell(quality?.detail?.gradientGain, 2),
    figureCell(seconds, 1),
  ];
  return markup`<tr data-verdict="${verdict}">${cells}</tr>
`;
}

function reasonsCell({ quality }: ImageReport, words: ReportWords): Markup {
  const sentences = (quality?.reasons ?? []).map(({ code, places: [place] }, index) => {
    return markup`${index > 0 ? markup`<br>` : undefined}${words.reason(code, place)}`;
  });
  return markup`<td class="why" data-value="${sentences.length}">${sentences}</td>`;
}

/** A missing figure sorts below every figure. */
function figureCell(value: number | null | undefined, decimals: number): Markup {
  if (value == null) return markup`<td class="figure" data-value="-Infinity">${NO_FIGURE}</td>`;
  return markup`<td class="figure" data-value="${value}">${value.toFixed(decimals)}</td>`;
}
