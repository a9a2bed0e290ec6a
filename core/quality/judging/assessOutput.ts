/**
 * @file Arithmetic on pairs of images. `assessOutput.ts` is where a result is judged: `sampledPair.ts` and
 * `comparedInput.ts` pair it with its input, the measures in this wing look for what is wrong (`consistency.ts`,
 * `orientation.ts`, `tileErrors.ts`, `checkerboard.ts` …), and `verdict.ts` compares them with `verdictLimits.ts`; `qualityReport.ts` is
 * the outcome. The other wings: `planes` (samples as planes, rows and windows), `metrics` (with the true image, for
 * `enlarger metrics`), `estimates` (of a single image), `choosing` (a treatment, for `auto`).
 */
import { defined } from '../../api/defined.ts';
import { addedDetail } from './addedDetail.ts';
import type { Assessment } from './assessment.ts';
import { comparedInput, type HowMade } from './comparedInput.ts';
import { consistency } from './consistency.ts';
import { secondLook } from './secondLook.ts';
import { limitsFor } from './verdictLimits.ts';
import { clippedShare, imageEstimates } from '../estimates/imageEstimates.ts';
import type { ImageRows } from '../planes/imageRows.ts';
import type { TileBorders } from './seamSteps.ts';

/** White paper is often a few levels short of white; networks that restore make it white. */
const NEARLY_CLIPPED_LEVELS = 4;
/** Side of a JPEG's blocks. */
const JPEG_BLOCK_PX = 8;

/**
 * Measures an enlargement against its original.
 *
 * [Note: A sample is measured] Measuring every pixel would cost a third of the enlargement. Bands and rows that are
 * spread over the whole image stand for it, and every tile is examined. Memory does not grow with the image.
 *
 * @param made How the output was made, and where its tiles meet, in pixels of the output; no borders for an output of
 *   one tile.
 */
export function assessOutput(
  input: ImageRows,
  output: ImageRows,
  made: HowMade & { readonly borders: TileBorders },
): Assessment {
  const scale = Math.max(1, Math.round(output.width / input.width));
  const compared = comparedInput(input, output, made);
  const known = {
    inputSize: { width: input.width, height: input.height },
    outputSize: { width: output.width, height: output.height },
    comparedSize: { width: compared.rows.width, height: compared.rows.height },
    kind: made.kind,
    consistency: consistency(compared, output, made.borders),
    input: imageEstimates(input, JPEG_BLOCK_PX),
  };
  const squares = secondLook(known.consistency, { input: compared.rows, output }, limitsFor(known));
  return {
    ...known,
    consistency: { ...known.consistency, ...squares },
    ...defined({ detail: addedDetail(input, output) }),
    output: imageEstimates(output, JPEG_BLOCK_PX * scale),
    nearlyClippedShare: clippedShare(input, NEARLY_CLIPPED_LEVELS),
  };
}
