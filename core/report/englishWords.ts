import type { ReportSentences, ReportWords } from './reportWords.ts';

function explains(psnrDb: number): string {
  if (psnrDb >= 45) return 'reduced again it equals your image';
  if (psnrDb >= 36) return 'reduced again it can hardly be told from your image';
  if (psnrDb >= 28) return 'reduced again its finest detail differs from your image';
  return 'reduced again it differs visibly from your image';
}

const sentences: ReportSentences = {
  consistency: (psnrDb) => ({
    name: 'Explains its input',
    figure: psnrDb === null ? 'identical' : `${psnrDb.toFixed(1)} dB`,
    meaning: explains(psnrDb ?? Number.POSITIVE_INFINITY),
  }),
  similarity: (ssim) => ({
    name: 'Structure',
    figure: ssim.toFixed(4),
    meaning:
      ssim >= 0.98
        ? 'lines and textures stay where they are; 1 is equal'
        : 'lines or textures have changed; 1 is equal',
  }),
  colour: (deltaE) => ({
    name: 'Colour',
    figure: `ΔE ${deltaE.toFixed(2)}`,
    meaning:
      deltaE < 1 ? 'a difference below 1 is not seen' : 'the mean difference can be seen beside the original',
  }),
  gain: (factor) => ({
    name: 'Detail',
    figure: `× ${factor.toFixed(2)}`,
    meaning:
      factor >= 1
        ? 'as much fine contrast against a plain bicubic enlargement; noise counts, too'
        : 'less fine contrast than a plain bicubic enlargement',
  }),
  noise: (input, output) => ({
    name: 'Noise',
    figure: `${input.toFixed(1)} → ${output.toFixed(1)}`,
    meaning: 'noise and fine texture of input and result, of 255 levels',
  }),
  blur: (input, output) => ({
    name: 'Blur',
    figure: `${input.toFixed(2)} → ${output.toFixed(2)}`,
    meaning: 'input and result, 0 is sharp; a larger image of the same thing is always softer per pixel',
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
    `${images} ${images === 1 ? 'picture' : 'pictures'}, ${megapixels} megapixels of results`,
  verdicts: { ok: 'ok', look: 'look', failed: 'failed', unmeasured: 'not measured' },
  reasons: {
    'wrong-shape': 'is stretched: its sides are not in the proportion of the input',
    'not-finite': 'has samples that are not numbers',
    'wrong-orientation': 'is mirrored or turned',
    'swapped-channels': 'has its colour channels in the wrong order',
    incomplete: 'ends in empty rows',
    'dead-tile': 'has a part of one colour where the input shows something',
    'unlike-input': 'shows something else than the input',
    misplaced: 'has a part that lies beside its place',
    'colour-shift': 'has another tint than the input',
    seam: 'shows where its tiles meet',
    checkerboard: 'has a regular grid in it',
    clipping: 'loses highlights or shadows',
    alpha: 'has another transparency than the input',
  },
  all: 'all',
  filter: 'Show',
  columns: {
    picture: 'Picture',
    verdict: 'Verdict',
    reasons: 'Why',
    size: 'Size (px)',
    consistency: 'Explains its input (dB)',
    similarity: 'Structure',
    colour: 'Colour (ΔE)',
    gain: 'Detail (×)',
    seconds: 'Seconds',
  },
  table: 'All images, the worst first',
  histogram: 'How well the images explain their inputs',
  histogramAxis: 'dB; more is closer',
  bars: (count, label) => `${count} at ${label} dB`,
  identical: 'identical',
  noFigure: '–',
  place: (x, y) => `at ${x}, ${y}`,
  before: 'before',
  after: 'after',
  slider: 'Share of the image that shows the state before',
  difference: 'Difference',
  differenceMeaning: 'bright where the result, reduced again, differs from your image',
  similarityMap: 'Structure (SSIM)',
  similarityMeaning: 'bright where lines and textures differ from your image',
  cropLook: 'look here',
  cropGained: 'most detail gained',
  bicubic: 'bicubic',
  nothingFound: 'Nothing was found wrong.',
  sentences,
  failures: 'Without a result',
  onlyWorst: (shown) => `The ${shown} that need a look most are shown below.`,
  filesGone:
    'The image cannot be shown: its file, or that of its original, is not there any more or has changed.',
  howMade: 'What this report says',
  honesty: [
    '“Explains its input” reduces each result again and compares it with your image. It does not say whether the added detail is true: nobody has the large original.',
    '“Detail” compares contrast with a plain bicubic enlargement. Noise and invented texture count as detail.',
    '“ok” means that nothing was found, not that the image is beautiful. Rows and windows spread over the image are measured, not every pixel.',
  ],
};
