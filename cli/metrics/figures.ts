import type { MetricScores } from '../../core/quality/metrics/compareImages.ts';

/** All figures of one comparison. */
export interface MeasuredScores extends MetricScores {
  /** 0 for equal images; see `core/quality/metrics/featureDistance.ts`. */
  readonly featureDistance: number;
}

/** One figure of a comparison, with its title and explanation. */
export interface Figure {
  readonly key: string;
  readonly title: string;
  /** What it measures, and whether higher or lower is better. */
  readonly meaning: string;
  readonly digits: number;
  /** The PSNR of identical images is `Infinity`. */
  readonly of: (scores: MeasuredScores) => number;
}

/** The figures of the table, most quoted first. */
export const FIGURES: readonly Figure[] = [
  {
    key: 'psnrLumaDb',
    title: 'PSNR-Y dB',
    meaning: 'error of the luma, in decibels; higher is better, and 0.1 dB is a small difference',
    digits: 3,
    of: ({ luma }) => luma.psnrDb,
  },
  {
    key: 'psnrColourDb',
    title: 'PSNR dB',
    meaning: 'error of red, green and blue, in decibels; higher is better',
    digits: 3,
    of: ({ colour }) => colour.psnrDb,
  },
  {
    key: 'ssim',
    title: 'SSIM',
    meaning: 'similarity of local structure; 1 is identical',
    digits: 4,
    of: ({ ssim }) => ssim.ssim,
  },
  {
    key: 'msSsim',
    title: 'MS-SSIM',
    meaning: 'similarity of structure from fine to coarse; 1 is identical',
    digits: 4,
    of: ({ msSsim }) => msSsim.msSsim,
  },
  {
    key: 'gmsd',
    title: 'GMSD',
    meaning: 'how unevenly edges differ; lower is better, 0 is identical',
    digits: 4,
    of: ({ gradientSimilarity }) => gradientSimilarity.deviation,
  },
  {
    key: 'featureDistance',
    title: 'features',
    meaning: 'how different they look to a small network; 0 is identical, 1 is like a JPEG of quality 8',
    digits: 4,
    of: (scores) => scores.featureDistance,
  },
  {
    key: 'deltaE',
    title: 'ΔE',
    meaning: 'mean perceived colour difference (CIEDE2000); below 1 is hardly visible',
    digits: 2,
    of: ({ colourDifference }) => colourDifference.mean,
  },
  {
    key: 'rmsePercent',
    title: 'RMSE %',
    meaning: 'root mean squared error, in percent of the full range; lower is better',
    digits: 2,
    of: ({ colour }) => colour.rmsePercent,
  },
  {
    key: 'max',
    title: 'largest',
    meaning: 'the largest difference of any sample, on the scale 0 to 255',
    digits: 1,
    of: ({ colour }) => colour.max,
  },
];

export function formatFigure(value: number, digits: number): string {
  return Number.isFinite(value) ? value.toFixed(digits) : '∞';
}

/**
 * Means over all images, by key. The PSNR of identical images is infinite and left out; if all are identical, the mean is
 * `Infinity`.
 *
 * @param all At least one.
 */
export function meanFigures(all: readonly MeasuredScores[]): Record<string, number> {
  return Object.fromEntries(
    FIGURES.map(({ key, of }) => {
      const finite = all.map(of).filter(Number.isFinite);
      const sum = finite.reduce((total, value) => total + value, 0);
      return [key, finite.length === 0 ? Infinity : sum / finite.length];
    }),
  );
}
