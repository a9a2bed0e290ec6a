import type { ImageScores } from '../../core/quality/metrics/compareImages.ts';

/** All figures of one comparison. */
export interface MeasuredScores extends ImageScores {
  /** 0 for equal images; see `core/quality/featureDistance.ts`. */
  readonly featureDistance: number;
}

/** One figure of a comparison, and how it is told to people. */
export interface Figure {
  readonly key: string;
  readonly title: string;
  /** What it measures and which way is better, in words. */
  readonly meaning: string;
  readonly digits: number;
  /** `Infinity` for the PSNR of what is identical. */
  readonly of: (scores: MeasuredScores) => number;
}

/** What the table shows, the most quoted first. */
export const FIGURES: readonly Figure[] = [
  {
    key: 'psnrLumaDb',
    title: 'PSNR-Y dB',
    meaning: 'error of the brightness, in decibels; higher is better, and 0.1 dB is a small step',
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
    meaning: 'likeness of local structure; 1 is the same',
    digits: 4,
    of: ({ ssim }) => ssim.ssim,
  },
  {
    key: 'msSsim',
    title: 'MS-SSIM',
    meaning: 'likeness of structure from fine to coarse; 1 is the same',
    digits: 4,
    of: ({ msSsim }) => msSsim.msSsim,
  },
  {
    key: 'gmsd',
    title: 'GMSD',
    meaning: 'how unevenly edges differ; 0 is the same, lower is better',
    digits: 4,
    of: ({ gradientSimilarity }) => gradientSimilarity.deviation,
  },
  {
    key: 'featureDistance',
    title: 'features',
    meaning: 'how different the two look to a small network; 0 is the same, 1 is a JPEG of quality 8',
    digits: 4,
    of: (scores) => scores.featureDistance,
  },
  {
    key: 'deltaE',
    title: 'ΔE',
    meaning: 'mean difference of colour as people see it (CIEDE2000); below 1 can hardly be seen',
    digits: 2,
    of: ({ colourDifference }) => colourDifference.mean,
  },
  {
    key: 'rmsePercent',
    title: 'RMSE %',
    meaning: 'root of the mean squared error, in percent of the range from black to white; lower is better',
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
 * Means over images, by key. An identical image has no finite PSNR and is left out of the means of it; where all
 * are identical the mean is `Infinity`.
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
