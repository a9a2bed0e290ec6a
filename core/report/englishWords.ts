import { fidelityOf, type Fidelity } from '../api/fidelity.ts';
import type { ReportSentences, ReportWords } from './reportWords.ts';

const fidelity: Readonly<Record<Fidelity, string>> = {
  identical: 'scaled back down, it is identical to your image',
  good: 'scaled back down, it looks identical to your image',
  fair: 'scaled back down, it is very close; a trained eye may see a difference',
  poor: 'scaled back down, it visibly differs from your image',
};

const sentences: ReportSentences = {
  consistency: (psnrDb) => ({
    name: 'Match with original',
    figure: psnrDb === null ? 'identical' : `${psnrDb.toFixed(1)} dB`,
    meaning: fidelity[fidelityOf(psnrDb)],
  }),
  similarity: (ssim) => ({
    name: 'Structure',
    figure: ssim.toFixed(4),
    meaning:
      ssim >= 0.98
        ? 'edges and textures are unchanged; 1 is identical'
        : 'some edges or textures have changed; 1 is identical',
  }),
  colour: (deltaE) => ({
    name: 'Colour',
    figure: `ΔE ${deltaE.toFixed(2)}`,
    meaning:
      deltaE < 1 ? 'no visible colour change; less than 1 cannot be seen' : 'colours have visibly changed',
  }),
  gain: (factor) => ({
    name: 'Detail',
    figure: `× ${factor.toFixed(2)}`,
    meaning:
      factor >= 1
        ? 'fine contrast compared with plain bicubic resizing; noise counts as well'
        : 'less fine contrast than plain bicubic resizing',
  }),
  noise: (input, output) => ({
    name: 'Noise',
    figure: `${input.toFixed(1)} → ${output.toFixed(1)}`,
    meaning: 'noise and fine texture of original and result, on a scale of 255',
  }),
  blur: (input, output) => ({
    name: 'Blur',
    figure: `${input.toFixed(2)} → ${output.toFixed(2)}`,
    meaning:
      'original and result, where 0 is sharp; a larger image of the same scene is always softer per pixel',
  }),
  made: (models, device, seconds, tiles) => ({
    name: 'Made by',
    figure: models,
    meaning: `on ${device} in ${seconds} s, ${tiles === 1 ? 'in one piece' : `${tiles} tiles`}`,
  }),
};

export const englishWords: ReportWords = {
  title: 'Enlargement report',
  scope: (images, megapixels) =>
    `${images} ${images === 1 ? 'image' : 'images'}, ${megapixels} megapixels of output`,
  verdicts: { ok: 'OK', look: 'review', failed: 'problem', unmeasured: 'not checked' },
  reasons: {
    'wrong-shape': 'stretched: the proportions differ from the original',
    'not-finite': 'contains invalid pixel values',
    'wrong-orientation': 'mirrored or rotated',
    'swapped-channels': 'colour channels are in the wrong order',
    incomplete: 'the bottom of the image is missing',
    'dead-tile': 'one area is a flat colour where the original has detail',
    'unlike-input': 'does not match the original',
    misplaced: 'one area is shifted',
    'colour-shift': 'the colours are tinted',
    seam: 'visible seams between tiles',
    checkerboard: 'shows a checkerboard pattern',
    clipping: 'highlights or shadows are clipped',
    alpha: 'transparency differs from the original',
  },
  all: 'all',
  filter: 'Show',
  columns: {
    picture: 'Image',
    verdict: 'Verdict',
    reasons: 'Reason',
    size: 'Size (px)',
    consistency: 'Match with original (dB)',
    similarity: 'Structure',
    colour: 'Colour (ΔE)',
    gain: 'Detail (×)',
    seconds: 'Seconds',
  },
  table: 'All images, worst first',
  histogram: 'Match with original',
  histogramAxis: 'dB; higher is closer',
  bars: (count, label) => `${count} at ${label} dB`,
  identical: 'identical',
  noFigure: '–',
  place: (x, y) => `at ${x}, ${y}`,
  before: 'original',
  after: 'enlarged',
  slider: 'How much of the original to show',
  difference: 'Difference',
  differenceMeaning: 'bright where the result, scaled back down, differs from your image',
  similarityMap: 'Structure (SSIM)',
  similarityMeaning: 'bright where edges and textures differ from your image',
  cropLook: 'check this area',
  cropGained: 'most detail added',
  bicubic: 'bicubic',
  nothingFound: 'No problems found.',
  sentences,
  failures: 'Failed',
  onlyWorst: (shown) => `The ${shown} images most in need of review are shown below.`,
  filesGone: 'This image cannot be shown: it or its original has been moved, deleted or changed.',
  howMade: 'How to read this report',
  honesty: [
    '“Match with original” scales each result back down and compares it with your image. It cannot tell whether the added detail is true: there is no large original to compare with.',
    '“Detail” compares contrast with plain bicubic resizing. Noise and invented texture count as detail.',
    '“OK” means that no problem was found, not that the image is beautiful. Rows and windows spread over the image are measured, not every pixel.',
  ],
};
