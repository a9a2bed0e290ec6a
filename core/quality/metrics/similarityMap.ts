import type { FloatImage } from '../../api/image.ts';
import { comparedPlanes, lumaPlanes, type ComparisonOptions } from './comparedPlanes.ts';
import { requireSameSize } from '../planes/requireSameSize.ts';
import { ssimMap } from './ssim.ts';

/**
 * Where two images differ in structure: the SSIM of every window, on the planes that `compareImages` uses for the
 * same options.
 *
 * @returns One channel, −1…1, smaller than what is compared by 10 px on each axis.
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ, naming both.
 */
export function similarityMap(
  reference: FloatImage,
  output: FloatImage,
  options: ComparisonOptions,
): FloatImage {
  requireSameSize(reference, output);
  const planes = comparedPlanes(reference, output, options);
  const structure = options.protocol === 'sr' ? lumaPlanes(planes) : planes;
  return ssimMap(structure.reference, structure.output);
}
