import { EnlargerError } from '../api/errors.ts';
import type { Size } from '../api/image.ts';

/** Rounding a side to whole pixels can ask for a hair more than a whole factor; interpolation covers that. */
const FACTOR_TOLERANCE = 1.01;

/** Passes beyond this would enlarge by more than 4096 times. */
const MAX_PASSES = 6;

function productsOf(scales: readonly number[], passes: number): { scales: number[]; product: number }[] {
  if (passes === 0) return [{ scales: [], product: 1 }];
  return productsOf(scales, passes - 1).flatMap(({ scales: chosen, product }) =>
    scales
      // Ascending only: the small factor first, because every pass pays for the pixels that it is given.
      .filter((scale) => scale >= (chosen.at(-1) ?? 0))
      .map((scale) => ({ scales: [...chosen, scale], product: product * scale })),
  );
}

/**
 * Chooses the networks that reach a size, in the order of their passes; see {@link planPasses}.
 *
 * @param models Of one family; the first of each scale is used.
 * @throws EnlargerError `size/invalid`.
 */
export function choosePasses<Model extends { readonly manifest: { readonly scale: number } }>(
  models: readonly Model[],
  from: Size,
  to: Size,
): Model[] {
  const scales = planPasses(from, to, [...new Set(models.map(({ manifest }) => manifest.scale))]);
  return scales.flatMap((scale) => models.filter(({ manifest }) => manifest.scale === scale).slice(0, 1));
}

/**
 * Chooses the network passes that reach a size: as few as possible, then the smallest product that is enough. What
 * they make too large is reduced afterwards.
 *
 * @param nativeScales Factors for which there is a network, each ≥ 2.
 * @returns Factors in the order of the passes; none if the image is not enlarged.
 * @throws EnlargerError `size/invalid` if no number of passes is enough.
 */
export function planPasses(from: Size, to: Size, nativeScales: readonly number[]): number[] {
  const factor = Math.max(to.width / from.width, to.height / from.height);
  if (factor <= 1) return [];
  for (let passes = 1; passes <= MAX_PASSES; passes++) {
    const enough = productsOf(nativeScales, passes)
      .filter(({ product }) => product * FACTOR_TOLERANCE >= factor)
      .sort((a, b) => a.product - b.product);
    if (enough[0] !== undefined) return enough[0].scales;
  }
  const times = Math.round(factor * 10) / 10;
  throw new EnlargerError(
    'size/invalid',
    `The image would be enlarged ${times} times, which is out of reach of the networks for ` +
      `${nativeScales.join(', ')} times. Choose a smaller size, or -n lanczos.`,
    { factor: times },
  );
}
