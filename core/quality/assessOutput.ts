import type { FloatImage, Size } from '../api/picture.ts';
import { addedDetail, type AddedDetail } from './addedDetail.ts';
import { alphaPlane, hasAlpha } from './colourPlanes.ts';
import { consistency, type Consistency } from './consistency.ts';
import { pictureEstimates, type PictureEstimates } from './pictureEstimates.ts';
import { pixelErrors, type PixelErrors } from './pixelErrors.ts';
import { resizedPlane } from './resizedPlane.ts';
import type { TileBorders } from './seamSteps.ts';

/** All that can be measured of an enlargement when the true large picture is not known. */
export interface Assessment {
  readonly inputSize: Size;
  readonly outputSize: Size;
  readonly consistency: Consistency;
  /** Absent for an output that is too small to have a spectrum. */
  readonly detail?: AddedDetail;
  readonly input: PictureEstimates;
  readonly output: PictureEstimates;
  /** Alpha reduced again, compared with the input's. Absent when neither picture has any. */
  readonly alpha?: PixelErrors;
}

/** Side of a JPEG's blocks. */
const JPEG_BLOCK_PX = 8;

/**
 * Measures an enlargement against the picture that it was made from.
 *
 * @param borders Where the output's tiles meet, in pixels of the output; empty for an output of one tile.
 */
export function assessOutput(input: FloatImage, output: FloatImage, borders: TileBorders): Assessment {
  const scale = Math.max(1, Math.round(output.width / input.width));
  const detail = addedDetail(input, output);
  return {
    inputSize: { width: input.width, height: input.height },
    outputSize: { width: output.width, height: output.height },
    consistency: consistency(input, output, borders),
    ...(detail === undefined ? {} : { detail }),
    input: pictureEstimates(input, JPEG_BLOCK_PX),
    output: pictureEstimates(output, JPEG_BLOCK_PX * scale),
    ...(hasAlpha(input) || hasAlpha(output) ? { alpha: alphaErrors(input, output) } : {}),
  };
}

function alphaErrors(input: FloatImage, output: FloatImage): PixelErrors {
  return pixelErrors([alphaPlane(input)], [resizedPlane(alphaPlane(output), input)]);
}
