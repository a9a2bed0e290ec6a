import type { Rect, Size } from '../../api/image.ts';

/** A rectangle of the compared images, in pixels of the output, rounded outwards to at least one pixel and kept inside. */
export function inOutput(
  rect: Rect,
  { comparedSize, outputSize }: { readonly comparedSize: Size; readonly outputSize: Size },
): Rect {
  const across = span(rect.x, rect.width, { from: comparedSize.width, to: outputSize.width });
  const down = span(rect.y, rect.height, { from: comparedSize.height, to: outputSize.height });
  return { x: across.start, y: down.start, width: across.length, height: down.length };
}

function span(
  start: number,
  length: number,
  { from, to }: { readonly from: number; readonly to: number },
): { readonly start: number; readonly length: number } {
  const first = Math.floor((start * to) / from);
  const end = Math.min(to, Math.ceil(((start + length) * to) / from));
  return { start: first, length: end - first };
}
