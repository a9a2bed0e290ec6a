import { fidelityOf, inventedShare } from '../../../core/api/fidelity.ts';
import type { QualityReport } from '../../../core/api/report.ts';
import type { TextKey, TextValues } from '../../../core/texts/textKeys.ts';

/** A figure of a report, with the sentence that explains it. */
export interface Score {
  readonly id: string;
  readonly label: TextKey;
  readonly figure: string;
  readonly sentence: TextKey;
  readonly values: TextValues;
}

type Format = (value: number, digits: number) => string;

/** The figures of a report, most important first, without those that were not measured. */
export function scoresOf(quality: QualityReport, format: Format): readonly Score[] {
  const { consistency, detail, input, output } = quality;
  const invented = inventedShare(quality);
  const scores: (Score | undefined)[] = [
    explains(consistency, format),
    structure(consistency, format),
    colour(consistency, format),
    detail && addedDetail(detail, format),
    invented === undefined ? undefined : inventedDetail(invented, format),
    input && output ? sharpness(input.blur, output.blur, format) : undefined,
    output ? clipping(output.clippedShare, format) : undefined,
  ].map((score) => score ?? undefined);
  return scores.filter((score) => score !== undefined);
}

function explains({ identical, psnrDb }: QualityReport['consistency'], format: Format): Score | undefined {
  if (!identical && psnrDb === null) return undefined;
  return {
    id: 'explains',
    label: 'score.explains',
    figure: psnrDb === null ? '=' : `${format(psnrDb, 1)} dB`,
    sentence: `score.explains.${fidelityOf(psnrDb)}`,
    values: {},
  };
}

function structure({ ssim }: QualityReport['consistency'], format: Format): Score | undefined {
  if (ssim === null) return undefined;
  const sentence = ssim >= 0.98 ? 'score.structure.good' : 'score.structure.fair';
  return { id: 'structure', label: 'score.structure', figure: format(ssim, 4), sentence, values: {} };
}

function colour({ deltaE }: QualityReport['consistency'], format: Format): Score | undefined {
  if (deltaE.mean === null) return undefined;
  // About 1 is the smallest difference between two areas that a trained eye can see.
  const sentence = deltaE.mean < 1 ? 'score.colour.good' : 'score.colour.fair';
  return {
    id: 'colour',
    label: 'score.colour',
    figure: `ΔE ${format(deltaE.mean, 2)}`,
    sentence,
    values: {},
  };
}

function addedDetail(detail: NonNullable<QualityReport['detail']>, format: Format): Score | undefined {
  if (detail.gradientGain === null) return undefined;
  return {
    id: 'detail',
    label: 'score.detail',
    figure: `× ${format(detail.gradientGain, 2)}`,
    sentence: detail.gradientGain > 1.02 ? 'score.detail.more' : 'score.detail.same',
    values: { percent: format(Math.abs(detail.gradientGain - 1) * 100, 0) },
  };
}

function inventedDetail(share: number, format: Format): Score {
  return {
    id: 'invented',
    label: 'score.invented',
    figure: `${format(share * 100, 1)}%`,
    sentence: 'score.invented.text',
    values: {},
  };
}

function sharpness(before: number, after: number, format: Format): Score {
  return {
    id: 'sharpness',
    label: 'score.sharpness',
    figure: format(1 - after, 2),
    sentence: 'score.sharpness.text',
    values: { before: format(1 - before, 2), after: format(1 - after, 2) },
  };
}

function clipping(share: number, format: Format): Score {
  return {
    id: 'clipping',
    label: 'score.clipping',
    figure: `${format(share * 100, 2)}%`,
    sentence: share < 0.005 ? 'score.clipping.good' : 'score.clipping.fair',
    values: {},
  };
}
