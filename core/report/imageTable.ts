import type { ImageReport } from '../api/report.ts';
import { markup, type Markup } from './markup.ts';
import type { ReportEntry } from './reportEntry.ts';
import { NO_FIGURE, type ReportWords } from './reportWords.ts';
import { shortName } from './shortName.ts';
import { verdictMark } from './verdictMark.ts';

/** One row per image; each cell contains the value that it is sorted by. */
export function imageTable(entries: readonly ReportEntry[], words: ReportWords): Markup {
  const texts = [words.text('page.image'), words.text('page.verdict'), words.text('page.reason')];
  const figures = figureNames(words);
  return markup`<div class="table" role="region" tabindex="0" aria-label="${words.text('page.table')}"><table>
<thead><tr>${texts.map((text) => markup`<th scope="col">${text}</th>`)}${figures.map((text) => markup`<th scope="col" class="figure">${text}</th>`)}</tr></thead>
<tbody>
${entries.map((entry, index) => row(entry, index, words))}</tbody></table></div>`;
}

function figureNames(words: ReportWords): readonly string[] {
  return [
    words.text('page.size'),
    `${words.text('score.explains')} (dB)`,
    words.text('score.structure'),
    `${words.text('score.colour')} (ΔE)`,
    `${words.text('score.detail')} (×)`,
    words.text('page.seconds'),
  ];
}

/** What a cell shows, and the value that its column is sorted by. */
interface Figure {
  readonly value: number;
  readonly text: string;
}

function figuresOf({ quality, output, stagesMs }: ImageReport, words: ReportWords): readonly Figure[] {
  const seconds = Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0) / 1000;
  return [
    { value: output.width * output.height, text: `${output.width} × ${output.height}` },
    quality?.consistency.identical === true
      ? { value: Infinity, text: words.text('score.identical') }
      : rounded(quality?.consistency.psnrDb, 1),
    rounded(quality?.consistency.ssim, 4),
    rounded(quality?.consistency.deltaE.mean, 2),
    rounded(quality?.detail?.gradientGain, 2),
    rounded(seconds, 1),
  ];
}

/** A missing figure sorts below every figure. */
function rounded(value: number | null | undefined, decimals: number): Figure {
  return value == null ? { value: -Infinity, text: NO_FIGURE } : { value, text: value.toFixed(decimals) };
}

function row({ report, pictures: images }: ReportEntry, index: number, words: ReportWords): Markup {
  const { quality, output } = report;
  const name = markup`<bdi>${shortName(output.path)}</bdi>`;
  const link = images === undefined ? name : markup`<a href="#image-${index}">${name}</a>`;
  const verdict = quality?.verdict ?? 'unmeasured';
  const names = figureNames(words);
  const cells = [
    markup`<td class="name" data-value="${output.path}">${link}</td>`,
    markup`<td data-value="${words.verdict(verdict)}">${verdictMark(verdict, words)}</td>`,
    reasonsCell(report, words),
    ...figuresOf(report, words).map(({ value, text }, column) => {
      return markup`<td class="figure" data-name="${names[column] ?? ''}" data-value="${value}">${text}</td>`;
    }),
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
