import { expect, test } from 'vitest';
import type { QualityReport } from '../../../core/api/report.ts';
import { scoresOf } from '../../../renderer/state/report/scores.ts';

const format = (value: number, digits: number): string => value.toFixed(digits);
const detail = {
  gradientGain: 1.5,
  fineShare: 0.3,
  bicubicFineShare: 0.1,
  checkerboard: 0,
  mostGained: [],
};
const measured: QualityReport = {
  verdict: 'ok',
  reasons: [],
  consistency: {
    identical: false,
    psnrDb: 38,
    ssim: 0.99,
    deltaE: { mean: 0.4, max: 3 },
    worstTile: null,
  },
  detail,
  input: null,
  output: null,
};

function scoreOf(id: string, quality: QualityReport): unknown {
  return scoresOf(quality, format).find((score) => score.id === id);
}

test('each figure has the sentence that fits its value', () => {
  expect(scoreOf('structure', measured)).toMatchObject({
    figure: '0.9900',
    sentence: 'score.structure.good',
  });
  expect(scoreOf('colour', measured)).toMatchObject({ figure: 'ΔE 0.40', sentence: 'score.colour.good' });
  expect(scoreOf('detail', measured)).toMatchObject({
    figure: '× 1.50',
    sentence: 'score.detail.more',
    values: { percent: '50' },
  });
  expect(scoreOf('invented', measured)).toMatchObject({ figure: '20.0%' });
  const worse = {
    ...measured,
    consistency: { ...measured.consistency, ssim: 0.9, deltaE: { mean: 2, max: 9 } },
    detail: { ...detail, gradientGain: 1 },
  };
  expect(scoresOf(worse, format).map(({ sentence }) => sentence)).toEqual([
    'score.explains.fair',
    'score.structure.fair',
    'score.colour.fair',
    'score.detail.same',
    'score.invented.text',
  ]);
});

test('a result that is identical once scaled back down has no figure in decibels', () => {
  const consistency = { ...measured.consistency, identical: true, psnrDb: null };
  expect(scoreOf('explains', { ...measured, consistency })).toMatchObject({
    figure: '=',
    sentence: 'score.explains.identical',
  });
});

test('figures that were not measured are left out', () => {
  const consistency = {
    ...measured.consistency,
    psnrDb: null,
    ssim: null,
    deltaE: { mean: null, max: null },
  };
  expect(scoresOf({ ...measured, consistency, detail: null }, format)).toEqual([]);
});
