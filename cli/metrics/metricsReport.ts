import path from 'node:path';
import type { ErrorDto } from '../../core/api/errors.ts';
import type { ComparisonOptions } from '../../core/quality/metrics/comparedPlanes.ts';
import type { MetricScores } from '../../core/quality/metrics/compareImages.ts';
import { counted, forTerminal, table } from '../text.ts';
import { FIGURES, formatFigure, meanFigures, type MeasuredScores } from './figures.ts';

/** One pair with its scores, or a pair or file that failed, with the reason. */
export type MetricsResult =
  | {
      readonly kind: 'compared';
      readonly reference: string;
      readonly output: string;
      readonly scores: MeasuredScores;
    }
  | { readonly kind: 'failed'; readonly files: readonly string[]; readonly error: ErrorDto };

/** Increases when a field changes its meaning or disappears. */
const METRICS_SCHEMA = 'enlarger.metrics/1';

type Compared = Extract<MetricsResult, { kind: 'compared' }>;

function comparedOf(results: readonly MetricsResult[]): Compared[] {
  return results.filter((result) => result.kind === 'compared');
}

/** JSON has no infinity: the value becomes null, and `identical` is true. */
function finiteOrNull(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

/** The results as one JSON document. */
export function metricsJson(results: readonly MetricsResult[], options: ComparisonOptions): string {
  const compared = comparedOf(results);
  const document = {
    schema: METRICS_SCHEMA,
    ...options,
    pairs: compared.map(({ reference, output, scores }) => ({ reference, output, ...scores })),
    failures: results
      .filter((result) => result.kind === 'failed')
      .map(({ files, error }) => ({ files, error })),
    ...(compared.length > 0 && {
      mean: {
        pictures: compared.length,
        identical: compared.filter(({ scores }) => scores.identical).length,
        ...meanFigures(compared.map(({ scores }) => scores)),
      },
    }),
  };
  return `${JSON.stringify(document, finiteOrNull, 2)}\n`;
}

function describeProtocol(options: ComparisonOptions): string {
  if (options.protocol === 'plain') {
    return 'Whole images as stored; structure over all colours (--protocol plain).';
  }
  return (
    `As in the super-resolution literature: rounded to 8 bit, without ${options.scale} px at each border, ` +
    'structure of the luma (--protocol sr).'
  );
}

function describeAlpha({ alpha }: MetricScores): string[] {
  if (alpha === undefined) return [];
  return [
    `Transparency: PSNR ${formatFigure(alpha.psnrDb, 3)} dB; colour was compared on a grey background.`,
  ];
}

/** One pair: one figure per line, with its meaning. */
function describePair({ scores }: Compared): string {
  const rows = FIGURES.map(({ title, digits, of, meaning }) => [
    title,
    formatFigure(of(scores), digits),
    meaning,
  ]);
  const { width, height } = scores.comparedSize;
  return [
    table(['figure', 'value', 'meaning'], rows),
    '',
    ...(scores.identical ? ['The images are identical.'] : []),
    ...describeAlpha(scores),
    `${width} × ${height} px were compared.`,
  ].join('\n');
}

function describeMany(compared: readonly Compared[]): string {
  const all = compared.map(({ scores }) => scores);
  const means = new Map(Object.entries(meanFigures(all)));
  const rows = compared.map(({ output, scores }) => [
    forTerminal(path.basename(output)),
    ...FIGURES.map(({ of, digits }) => formatFigure(of(scores), digits)),
  ]);
  const meanRow = FIGURES.map(({ key, digits }) => formatFigure(means.get(key) ?? Number.NaN, digits));
  const identical = all.filter((scores) => scores.identical).length;
  const width = Math.max(...FIGURES.map(({ title }) => title.length));
  return [
    table(
      ['output', ...FIGURES.map(({ title }) => title)],
      [...rows, [`mean of ${compared.length}`, ...meanRow]],
    ),
    '',
    ...FIGURES.map(({ title, meaning }) => `${title.padEnd(width)}  ${meaning}`),
    ...(identical > 0
      ? ['', `${counted(identical, 'image')} identical; left out of the mean PSNR, which would be infinite.`]
      : []),
  ].join('\n');
}

/** The results as a table with the meaning of each figure; empty if no pair could be compared. */
export function metricsText(results: readonly MetricsResult[], options: ComparisonOptions): string {
  const compared = comparedOf(results);
  const [first, second] = compared;
  if (first === undefined) return '';
  const body = second === undefined && results.length === 1 ? describePair(first) : describeMany(compared);
  return `${describeProtocol(options)}\n\n${body}\n`;
}
