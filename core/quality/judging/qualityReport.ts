import type { Rect } from '../../api/image.ts';
import type { QualityReport } from '../../api/report.ts';
import type { Tolerance } from '../../api/models/tolerance.ts';
import type { Assessment } from './assessment.ts';
import { inOutput } from './inOutput.ts';
import type { ImageEstimates } from '../estimates/imageEstimates.ts';
import type { TileError } from './tileErrors.ts';
import { verdict } from './verdict.ts';

/**
 * The assessment of an output for the report, with its verdict but without the figures that only the verdict needs.
 *
 * @param tolerance Of the networks that made it.
 */
export function qualityReport(assessment: Assessment, tolerance?: Tolerance): QualityReport {
  const { consistency, detail, input, output } = assessment;
  const judged = verdict(assessment, tolerance);
  return {
    verdict: judged.verdict,
    reasons: judged.reasons.map((reason) => ({
      ...reason,
      value: finite(reason.value),
      limit: finite(reason.limit),
      places: [...reason.places],
    })),
    consistency: {
      identical: consistency.rmse === 0,
      psnrDb: finite(consistency.psnrDb),
      ssim: finite(consistency.ssim),
      deltaE: {
        mean: finite(consistency.colourDifference.mean),
        max: finite(consistency.colourDifference.max),
      },
      worstTile: worstTile(consistency.tiles, assessment),
    },
    detail:
      detail === undefined
        ? null
        : {
            gradientGain: finite(detail.gradientGain),
            fineShare: finite(detail.fineShare),
            bicubicFineShare: finite(detail.bicubicFineShare),
            checkerboard: finite(detail.checkerboard),
            mostGained: [...detail.mostGained],
          },
    input: finiteEstimates(input),
    output: finiteEstimates(output),
  };
}

/** JSON has neither infinity nor NaN. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function finiteEstimates(estimates: ImageEstimates): ImageEstimates | null {
  return Object.values(estimates).every(Number.isFinite) ? estimates : null;
}

function worstTile(
  tiles: readonly TileError[],
  assessment: Assessment,
): { place: Rect; rmse: number | null } | null {
  const [first, ...others] = tiles;
  if (first === undefined) return null;
  const worst = others.reduce((found, tile) => (tile.rmse > found.rmse ? tile : found), first);
  return { place: inOutput(worst.rect, assessment), rmse: finite(worst.rmse) };
}
