import type { Rect, Size } from '../../api/image.ts';

/**
 * Cuts an image into squares, from the left, then from the top. The rest at the right and at the bottom is
 * joined to the last square, so that no square is too narrow to judge.
 */
export function tileRects({ width, height }: Size, tilePx: number): readonly Rect[] {
  const columns = tileSpans(width, tilePx);
  return tileSpans(height, tilePx).flatMap((row) =>
    columns.map((column) => ({ x: column.start, y: row.start, width: column.length, height: row.length })),
  );
}

/** How many squares fit along an axis. */
export function tileCount(lengthPx: number, tilePx: number): number {
  return Math.max(1, Math.floor(lengthPx / tilePx));
}

function tileSpans(
  lengthPx: number,
  tilePx: number,
): readonly { readonly start: number; readonly length: number }[] {
  const count = tileCount(lengthPx, tilePx);
  return Array.from({ length: count }, (_, index) => {
    const start = index * tilePx;
    return { start, length: index === count - 1 ? lengthPx - start : tilePx };
  });
}
