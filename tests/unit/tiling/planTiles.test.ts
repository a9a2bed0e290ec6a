import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planTiles, type TileSpan, type TilingOptions } from '../../../core/tiling/planTiles.ts';

function keptPixels(spans: readonly TileSpan[]): number[] {
  return spans.flatMap(({ keepStart, keepEnd }) =>
    Array.from({ length: Math.max(keepEnd - keepStart, 0) }, (_, index) => keepStart + index),
  );
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}

/** Smallest context on a shared side, beyond the cross-fade. */
function leastContext(spans: readonly TileSpan[], blendPx: number): number {
  const before = spans.slice(1).map(({ start, keepStart }) => keepStart - Math.floor(blendPx / 2) - start);
  const after = spans
    .slice(0, -1)
    .map(({ start, length, keepEnd }) => start + length - keepEnd - Math.ceil(blendPx / 2));
  return Math.min(Infinity, ...before, ...after);
}

test.each([
  { lengthPx: 1, sidePx: 64, tiles: 1 },
  { lengthPx: 64, sidePx: 64, tiles: 1 },
  { lengthPx: 80, sidePx: 64, tiles: 1 },
  { lengthPx: 81, sidePx: 64, tiles: 2 },
  { lengthPx: 1000, sidePx: 64, tiles: 16 },
])('$lengthPx px with tiles of $sidePx and 8 px of context need $tiles', ({ lengthPx, sidePx, tiles }) => {
  const plan = planTiles({ width: lengthPx, height: 1 }, { contextPx: 8, blendPx: 0, limit: { sidePx } });
  expect(plan.columns).toHaveLength(tiles);
  expect(keptPixels(plan.columns)).toEqual(range(lengthPx));
  expect(plan.tile).toEqual({ width: plan.columns[0]!.length, height: 1 });
});

test('kept parts of neighbours meet in the middle of their overlap', () => {
  const { columns } = planTiles(
    { width: 100, height: 1 },
    { contextPx: 10, blendPx: 0, limit: { sidePx: 50 } },
  );
  expect(columns).toEqual([
    { start: 0, length: 60, keepStart: 0, keepEnd: 50 },
    { start: 40, length: 60, keepStart: 50, keepEnd: 100 },
  ]);
});

/** Sides as for devices that compile for every shape. */
const FEW_SIDES_PX = [64, 96, 128, 160, 192, 224, 256, 320, 384, 448];

const options: fc.Arbitrary<TilingOptions> = fc.record({
  contextPx: fc.integer({ min: 0, max: 40 }),
  blendPx: fc.integer({ min: 0, max: 16 }),
  multiplePx: fc.constantFrom(undefined, 2, 4),
  limit: fc.oneof(
    fc.record({ sidePx: fc.integer({ min: 32, max: 4096 }) }),
    fc.record({ windowAreaPx: fc.integer({ min: 32 * 1024, max: 512 * 1024 }) }),
    fc.record({ sidesPx: fc.constant(FEW_SIDES_PX), largestPx: fc.integer({ min: 64, max: 448 }) }),
  ),
});
const sides = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 20_000 }));

describe('for any size, context and limit', () => {
  test('tiles have equal shapes, keep every pixel once, stay inside, and have the requested context', () => {
    fc.assert(
      fc.property(sides, sides, options, (width, height, asked) => {
        const plan = planTiles({ width, height }, asked);
        for (const [spans, lengthPx, windowPx] of [
          [plan.columns, width, plan.tile.width],
          [plan.rows, height, plan.tile.height],
        ] as const) {
          expect(spans.every(({ length }) => length === windowPx)).toBe(true);
          expect(spans.every(({ start }) => start >= 0 && start + windowPx <= lengthPx)).toBe(true);
          expect(spans[0]!.keepStart).toBe(0);
          expect(spans.at(-1)!.keepEnd).toBe(lengthPx);
          for (const [index, { keepStart, keepEnd }] of spans.entries()) {
            expect(keepEnd).toBeGreaterThan(keepStart);
            if (index > 0) expect(keepStart).toBe(spans[index - 1]!.keepEnd);
          }
          expect(leastContext(spans, asked.blendPx)).toBeGreaterThanOrEqual(asked.contextPx);
          const multiplePx = asked.multiplePx ?? 1;
          expect(spans.every(({ start }) => start % multiplePx === 0)).toBe(true);
          expect((lengthPx - windowPx) % multiplePx).toBe(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a side limit bounds the kept part, an area limit the window wherever that is possible', () => {
    fc.assert(
      fc.property(sides, sides, options, (width, height, asked) => {
        const { tile, columns, rows } = planTiles({ width, height }, asked);
        const multiplePx = asked.multiplePx ?? 1;
        const overlapPx = Math.ceil((2 * asked.contextPx + asked.blendPx) / multiplePx) * multiplePx;
        if ('sidePx' in asked.limit) {
          // Rounding overlap and window to multiples may add nearly two of them.
          const most = asked.limit.sidePx + overlapPx + 2 * (multiplePx - 1);
          expect(Math.max(tile.width, tile.height)).toBeLessThanOrEqual(most);
        } else if ('sidesPx' in asked.limit) {
          const most = Math.max(asked.limit.largestPx, 2 * overlapPx + multiplePx - 1);
          expect(Math.max(tile.width, tile.height)).toBeLessThanOrEqual(most);
        } else {
          // Windows narrower than a few overlaps are not used, so the area limit cannot always be met.
          const floorPx = Math.max(4 * overlapPx, 64);
          const most = Math.max(asked.limit.windowAreaPx, floorPx * floorPx);
          expect(tile.width * tile.height).toBeLessThanOrEqual(most);
        }
        expect(columns.length * rows.length).toBeGreaterThanOrEqual(1);
      }),
      { numRuns: 300 },
    );
  });
});

test('with few sides, every image has windows of these sides, or of its own side if it is smaller', () => {
  const limit = { sidesPx: FEW_SIDES_PX, largestPx: 448 };
  fc.assert(
    fc.property(sides, sides, (width, height) => {
      const { tile } = planTiles({ width, height }, { contextPx: 20, blendPx: 0, limit });
      for (const [windowPx, lengthPx] of [
        [tile.width, width],
        [tile.height, height],
      ] as const) {
        if (lengthPx < 64) expect(windowPx).toBe(lengthPx);
        else expect(FEW_SIDES_PX).toContain(windowPx);
      }
    }),
    { numRuns: 300 },
  );
});

test.each([
  { lengthPx: 300, windowPx: 192, tiles: 2 },
  { lengthPx: 448, windowPx: 448, tiles: 1 },
  { lengthPx: 1000, windowPx: 384, tiles: 3 },
])('of few sides, the one with the least work is used: $lengthPx px', ({ lengthPx, windowPx, tiles }) => {
  const limit = { sidesPx: FEW_SIDES_PX, largestPx: 448 };
  const plan = planTiles({ width: lengthPx, height: 64 }, { contextPx: 20, blendPx: 0, limit });
  expect([plan.tile.width, plan.columns.length]).toEqual([windowPx, tiles]);
});

test('a network of one size gets windows of that size only, which cover the image; a smaller image is one window', () => {
  fc.assert(
    fc.property(sides, sides, (width, height) => {
      const tiling = { contextPx: 8, blendPx: 8, fixedPx: { width: 96, height: 64 } };
      const { columns, rows } = planTiles({ width, height }, { ...tiling, limit: { windowAreaPx: 1e6 } });
      for (const [spans, lengthPx, fixedPx] of [
        [columns, width, 96],
        [rows, height, 64],
      ] as const) {
        expect(new Set(spans.map(({ length }) => length))).toEqual(new Set([Math.min(lengthPx, fixedPx)]));
        expect([spans[0]?.keepStart, spans.at(-1)?.keepEnd]).toEqual([0, lengthPx]);
        for (const [index, span] of spans.entries()) {
          expect(span.start + span.length).toBeLessThanOrEqual(lengthPx);
          if (index > 0) expect(span.keepStart).toBe(spans[index - 1]?.keepEnd);
        }
      }
    }),
    { numRuns: 100 },
  );
});
