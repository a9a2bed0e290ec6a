import type { FloatImage, Size } from '../../api/image.ts';
import { colourDifference, type ColourDifference } from './colourDifference.ts';
import { alphaPlane, hasAlpha } from '../planes/colourPlanes.ts';
import { comparedPlanes, lumaPlanes, preparedPlane, type ComparisonOptions } from './comparedPlanes.ts';
import { gradientMagnitudeSimilarity, type GradientSimilarity } from './gradientMagnitudeSimilarity.ts';
import { fullRangeLuma } from '../planes/luma.ts';
import { msSsim, type MsSsim } from './msSsim.ts';
import { pixelErrors, type PixelErrors } from './pixelErrors.ts';
import type { PlaneView } from '../planes/planeView.ts';
import { psnr } from './psnr.ts';
import { requireSameSize } from '../planes/requireSameSize.ts';
import { ssim, type Ssim } from './ssim.ts';

export interface PixelScores extends PixelErrors {
  /** `Infinity` when nothing differs. */
  readonly psnrDb: number;
}

/** Everything that is measured if the true image is known. No single figure decides which image looks better. */
export interface MetricScores {
  readonly protocol: ComparisonOptions['protocol'];
  /** The compared size: smaller than the images by the ignored border. */
  readonly comparedSize: Size;
  /** Whether the compared parts are identical in colour and alpha. */
  readonly identical: boolean;
  /** Over red, green and blue, or grey. */
  readonly colour: PixelScores;
  /** Over luma of BT.601, 16…235. */
  readonly luma: PixelScores;
  /** `plain`: mean over the colour planes; `sr`: luma. */
  readonly ssim: Ssim;
  /** On the planes that `ssim` was measured on. */
  readonly msSsim: MsSsim;
  readonly colourDifference: ColourDifference;
  /** On luma stretched to 0…255. */
  readonly gradientSimilarity: GradientSimilarity;
  /** Only if one of the images has alpha; an image without it counts as opaque. */
  readonly alpha?: PixelScores;
}

/**
 * Compares an output with the true image by every measure.
 *
 * Colour under transparency is compared as seen on middle grey, and alpha by itself. A grey image and a coloured one
 * are compared as two coloured ones.
 *
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ, naming both.
 */
export function compareImages(
  reference: FloatImage,
  output: FloatImage,
  options: ComparisonOptions,
): MetricScores {
  requireSameSize(reference, output);
  const planes = comparedPlanes(reference, output, options);
  const lumas = lumaPlanes(planes);
  const structure = options.protocol === 'sr' ? lumas : planes;
  const colour = pixelScores(planes.reference, planes.output);
  const alpha = alphaScores(reference, output, options);
  return {
    protocol: options.protocol,
    comparedSize: sizeOf(planes.output),
    identical: colour.mse === 0 && (alpha?.mse ?? 0) === 0,
    colour,
    luma: pixelScores(lumas.reference, lumas.output),
    ssim: ssim(structure.reference, structure.output),
    msSsim: msSsim(structure.reference, structure.output),
    colourDifference: colourDifference(planes.reference, planes.output),
    gradientSimilarity: gradientMagnitudeSimilarity(
      fullRangeLuma(planes.reference),
      fullRangeLuma(planes.output),
    ),
    ...(alpha === undefined ? {} : { alpha }),
  };
}

function sizeOf([first]: readonly PlaneView[]): Size {
  return { width: first?.width ?? 0, height: first?.height ?? 0 };
}

function alphaScores(
  reference: FloatImage,
  output: FloatImage,
  options: ComparisonOptions,
): PixelScores | undefined {
  if (!hasAlpha(reference) && !hasAlpha(output)) return undefined;
  return pixelScores(
    [preparedPlane(alphaPlane(reference), options)],
    [preparedPlane(alphaPlane(output), options)],
  );
}

function pixelScores(reference: readonly PlaneView[], output: readonly PlaneView[]): PixelScores {
  const errors = pixelErrors(reference, output);
  return { ...errors, psnrDb: psnr(errors.mse) };
}
