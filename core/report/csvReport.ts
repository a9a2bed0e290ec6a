import { inventedShare } from '../api/fidelity.ts';
import type { ImageReport } from '../api/report.ts';

type Cell = string | number | boolean | null;

type Column = readonly [string, (report: ImageReport) => Cell];

/** Column names are part of the format: new ones go to the end, to {@link LATER_COLUMNS}. */
const COLUMNS: readonly Column[] = [
  ['input', ({ input }) => input.path],
  ['output', ({ output }) => output.path],
  ['verdict', ({ quality }) => quality?.verdict ?? null],
  ['reasons', ({ quality }) => quality?.reasons.map((reason) => reason.code).join(' ') ?? null],
  ['input_width', ({ input }) => input.width],
  ['input_height', ({ input }) => input.height],
  ['output_width', ({ output }) => output.width],
  ['output_height', ({ output }) => output.height],
  ['identical', ({ quality }) => quality?.consistency.identical ?? null],
  ['consistency_psnr_db', ({ quality }) => quality?.consistency.psnrDb ?? null],
  ['consistency_ssim', ({ quality }) => quality?.consistency.ssim ?? null],
  ['consistency_delta_e_mean', ({ quality }) => quality?.consistency.deltaE.mean ?? null],
  ['worst_tile_rmse', ({ quality }) => quality?.consistency.worstTile?.rmse ?? null],
  ['gradient_gain', ({ quality }) => quality?.detail?.gradientGain ?? null],
  ['blur_input', ({ quality }) => quality?.input?.blur ?? null],
  ['blur_output', ({ quality }) => quality?.output?.blur ?? null],
  ['noise_input', ({ quality }) => quality?.input?.noise ?? null],
  ['noise_output', ({ quality }) => quality?.output?.noise ?? null],
  ['models', ({ passes }) => passes.map(({ id }) => id).join(' ')],
  ['model_sha256', ({ passes }) => passes.map((pass) => pass.sha256 ?? '-').join(' ')],
  ['device', ({ device }) => device],
  ['repairs', ({ repairs }) => repairs.length],
  ['milliseconds', ({ stagesMs }) => Object.values(stagesMs).reduce((sum, ms) => sum + ms, 0)],
  ['input_sha256', ({ input }) => input.sha256],
  ['output_sha256', ({ output }) => output.sha256],
  ['output_bytes', ({ output }) => output.sizeBytes],
  ['finished_at', ({ finishedAt }) => finishedAt],
];

/** The outcome of an input; these columns follow those of images. */
const OUTCOME_COLUMNS = ['state', 'cause', 'message'] as const;

/** Figures that were added after the outcome. */
const LATER_COLUMNS: readonly Column[] = [
  ['invented_detail', ({ quality }) => (quality && inventedShare(quality)) ?? null],
];

/** The first line, which identifies a file as one of our reports. */
export const CSV_HEADER = `${[...namesOf(COLUMNS), ...OUTCOME_COLUMNS, ...namesOf(LATER_COLUMNS)].join(',')}\r\n`;

function namesOf(columns: readonly Column[]): string[] {
  return columns.map(([name]) => name);
}

/** One image as a row below {@link CSV_HEADER} (RFC 4180, UTF-8). Missing figures are empty. */
export function csvRow(report: ImageReport): string {
  const cellsOf = (columns: readonly Column[]): Cell[] => columns.map(([, read]) => read(report));
  return csvLine([...cellsOf(COLUMNS), 'done', null, null, ...cellsOf(LATER_COLUMNS)]);
}

/** The outcome of an input without an image's report. */
export interface InputOutcome {
  readonly input: string;
  readonly output?: string | undefined;
  readonly state: 'done' | 'skipped' | 'failed' | 'cancelled';
  /** An error's code, or why it was skipped. */
  readonly cause?: string | undefined;
  readonly message?: string;
}

/** An input without an image's report as a row below {@link CSV_HEADER}. */
export function csvOutcomeRow({ input, output, state, cause, message }: InputOutcome): string {
  const figures = COLUMNS.slice(2).map(() => null);
  const later = LATER_COLUMNS.map(() => null);
  return csvLine([input, output ?? null, ...figures, state, cause ?? null, message ?? null, ...later]);
}

function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = withoutFormula(value);
  // Spreadsheets of many countries split at semicolons, and pasted text is split at tabs.
  return /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A file may be named `=cmd|…`, and spreadsheets run that. An apostrophe makes it text (OWASP, CSV injection). */
function withoutFormula(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
