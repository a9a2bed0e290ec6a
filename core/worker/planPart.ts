import type { Rect, Size } from '../api/image.ts';
import { kernelRadiusPx, type InterpolationKernel } from '../tiling/kernelTaps.ts';
import type { PartOfImage } from './enlarge.ts';
import type { EnlargementPlan } from './planEnlargement.ts';

/** From `start` up to, not including, `end`. */
interface Span {
  readonly start: number;
  readonly end: number;
}

function within({ start, end }: Span, lengthPx: number): Span {
  return { start: Math.max(0, start), end: Math.min(lengthPx, end) };
}

/** The samples of an axis of `fromPx` that a kernel reads to compute a part of an axis of `toPx`. */
function seenByKernel(to: Span, fromPx: number, toPx: number, kernel: InterpolationKernel): Span {
  const scale = toPx / fromPx;
  const reachPx = Math.ceil(kernelRadiusPx(kernel) / Math.min(scale, 1)) + 1;
  return within(
    { start: Math.floor(to.start / scale) - reachPx, end: Math.ceil(to.end / scale) + reachPx },
    fromPx,
  );
}

interface AxisPlan {
  readonly from: Span;
  readonly to: Span;
}

/** Follows a wanted part of the result back through the last step and the passes to the source. */
function planAxis(crop: Span, fromPx: number, toPx: number, plan: EnlargementPlan): AxisPlan {
  const scale = toPx / fromPx;
  const to = within({ start: Math.floor(crop.start * scale), end: Math.ceil(crop.end * scale) }, toPx);
  const factor = plan.passes.reduce((product, pass) => product * pass.scale, 1);
  const isExact = fromPx * factor === toPx;
  let seen = isExact ? to : seenByKernel(to, fromPx * factor, toPx, plan.finish.kernel);
  let lengthPx = fromPx * factor;
  for (const { scale: passScale, tiling } of [...plan.passes].reverse()) {
    lengthPx /= passScale;
    const contextPx = tiling.contextPx + tiling.blendPx;
    const { start, end } = seen;
    seen = within(
      { start: Math.floor(start / passScale) - contextPx, end: Math.ceil(end / passScale) + contextPx },
      lengthPx,
    );
  }
  // Bicubic interpolation is shown next to it, computed from the same source.
  const bicubic = seenByKernel(to, fromPx, toPx, 'bicubic');
  const start = Math.min(seen.start, bicubic.start);
  // Networks that fold pixels have to see the same blocks of them in the part as in the whole.
  const multiplePx = plan.passes.reduce((most, { tiling }) => Math.max(most, tiling.multiplePx ?? 1), 1);
  return { from: { start: start - (start % multiplePx), end: Math.max(seen.end, bicubic.end) }, to };
}

/**
 * Plans how to enlarge a crop so that it equals that part of the whole enlarged image: how much of the source around
 * it the networks and kernels see.
 *
 * @param crop In pixels of the source, inside `whole`.
 * @param to Size of the whole result.
 */
export function planPart(crop: Rect, whole: Size, to: Size, plan: EnlargementPlan): PartOfImage {
  const across = planAxis({ start: crop.x, end: crop.x + crop.width }, whole.width, to.width, plan);
  const down = planAxis({ start: crop.y, end: crop.y + crop.height }, whole.height, to.height, plan);
  const rectOf = (x: Span, y: Span): Rect => ({
    x: x.start,
    y: y.start,
    width: Math.max(1, x.end - x.start),
    height: Math.max(1, y.end - y.start),
  });
  return { whole, from: rectOf(across.from, down.from), to: rectOf(across.to, down.to) };
}
