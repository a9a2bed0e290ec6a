import type { ReasonCode, VerdictKind } from '../api/report.ts';

export type { Language as ReportLanguage } from '../api/languages.ts';

/** Every text of the HTML report. */
export interface ReportWords {
  readonly title: string;
  /** The number of images, and the size of all results together. */
  readonly scope: (images: number, megapixels: string) => string;
  readonly verdicts: Readonly<Record<VerdictKind | 'unmeasured', string>>;
  readonly reasons: Readonly<Record<ReasonCode, string>>;
  readonly all: string;
  readonly filter: string;
  readonly columns: Readonly<
    Record<
      | 'picture'
      | 'verdict'
      | 'reasons'
      | 'size'
      | 'consistency'
      | 'similarity'
      | 'colour'
      | 'gain'
      | 'seconds',
      string
    >
  >;
  readonly table: string;
  readonly histogram: string;
  /** The axis of the histogram. */
  readonly histogramAxis: string;
  readonly bars: (count: number, label: string) => string;
  readonly identical: string;
  readonly noFigure: string;
  readonly place: (x: number, y: number) => string;
  readonly before: string;
  readonly after: string;
  readonly slider: string;
  readonly difference: string;
  readonly differenceMeaning: string;
  readonly similarityMap: string;
  readonly similarityMeaning: string;
  readonly cropLook: string;
  readonly cropGained: string;
  readonly bicubic: string;
  readonly nothingFound: string;
  readonly sentences: ReportSentences;
  readonly failures: string;
  /** Below the table, if not all images are shown. */
  readonly onlyWorst: (shown: number) => string;
  /** In place of images that are gone. */
  readonly filesGone: string;
  readonly howMade: string;
  readonly honesty: readonly string[];
}

/** A figure and its meaning, one sentence each. */
export interface ReportSentences {
  /** @param psnrDb Of the output, scaled back down, against the input; `null` if they are identical. */
  readonly consistency: (psnrDb: number | null) => Sentence;
  readonly similarity: (ssim: number) => Sentence;
  readonly colour: (deltaE: number) => Sentence;
  readonly gain: (factor: number) => Sentence;
  readonly noise: (input: number, output: number) => Sentence;
  readonly blur: (input: number, output: number) => Sentence;
  readonly made: (models: string, device: string, seconds: string, tiles: number) => Sentence;
}

export interface Sentence {
  readonly name: string;
  readonly figure: string;
  readonly meaning: string;
}
