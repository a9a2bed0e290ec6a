import { describe, expect, test } from 'vitest';
import type { ChannelCount, Raster, Rect } from '../../../core/api/image.ts';
import { mergeRects } from '../../../core/tiling/mergeRects.ts';
import { MAX_WINDOW_PX, planPass } from '../../../core/tiling/planPass.ts';
import { planReuse, type ReusePlan } from '../../../core/tiling/planReuse.ts';
import { drawnScreen, patternRaster } from '../../support/images.ts';

const TILING = { contextPx: 20, blendPx: 0 };

function planFor(image: Raster, tiling = TILING): ReusePlan | undefined {
  return planReuse(image, { tiling, areaPx: MAX_WINDOW_PX, plan: planPass(image, tiling, 'auto') });
}

function fill(covered: Uint8Array, width: number, { x, y, width: length, height }: Rect): void {
  for (let row = y; row < y + height; row++) covered.fill(1, row * width + x, row * width + x + length);
}

function seenOf(image: Raster, { x, y, width, height }: Rect, byPx: number): number[] {
  const seen: number[] = [];
  for (let row = y - byPx; row < y + height + byPx; row++) {
    for (let column = x - byPx; column < x + width + byPx; column++) {
      const isInside = row >= 0 && row < image.height && column >= 0 && column < image.width;
      const at = (row * image.width + column) * image.channels;
      for (let channel = 0; channel < image.channels; channel++)
        seen.push(isInside ? image.data[at + channel]! : -1);
    }
  }
  return seen;
}

const KINDS = ([1, 2, 3, 4] as const).flatMap((channels: ChannelCount) =>
  ([8, 16] as const).map((bitDepth) => ({ channels, bitDepth })),
);

describe.each(KINDS)('a screenshot of $channels channels and $bitDepth bit', (kind) => {
  const image = drawnScreen({ width: 803, height: 611, ...kind });
  const plan = planFor(image);

  test('is covered by tiles and copies', () => {
    const covered = new Uint8Array(image.width * image.height);
    for (const { column, row } of plan?.tiles ?? []) {
      const [width, height] = [column.keepEnd - column.keepStart, row.keepEnd - row.keepStart];
      fill(covered, image.width, { x: column.keepStart, y: row.keepStart, width, height });
    }
    for (const { to } of plan?.copies ?? []) fill(covered, image.width, to);
    expect(covered.indexOf(0)).toBe(-1);
  });

  test('is only copied from parts that are equal, including all that is seen around them', () => {
    expect(plan?.copies.length).toBeGreaterThan(10);
    for (const { from, to } of plan?.copies ?? []) {
      expect(seenOf(image, from, TILING.contextPx)).toEqual(seenOf(image, to, TILING.contextPx));
    }
  });

  test('is only copied from results of tiles, each with the context that its network sees', () => {
    for (const { from } of plan?.copies ?? []) {
      expect(plan?.copies.some(({ to }) => to.x === from.x && to.y === from.y)).toBe(false);
    }
    for (const { column, row } of plan?.tiles ?? []) {
      for (const [span, length] of [
        [column, image.width],
        [row, image.height],
      ] as const) {
        expect(span.start).toBeLessThanOrEqual(Math.max(0, span.keepStart - TILING.contextPx));
        expect(span.start + span.length).toBeGreaterThanOrEqual(
          Math.min(length, span.keepEnd + TILING.contextPx),
        );
      }
    }
  });
});

function halfPlain(): Raster {
  const image = drawnScreen({ width: 1400, height: 611, channels: 1, bitDepth: 8 });
  for (let y = 0; y < image.height; y++) image.data.fill(9, y * 1400, y * 1400 + 900);
  return image;
}

function halfClear(): Raster {
  const image = drawnScreen({ width: 803, height: 611, channels: 4, bitDepth: 8 });
  image.data.fill(0, 0, image.data.length / 2);
  return image;
}

test.each([
  {
    what: 'an image without equal parts',
    image: patternRaster({ width: 700, height: 500, channels: 3, bitDepth: 8 }),
  },
  { what: 'an image with a tile of one colour', image: halfPlain() },
  { what: 'a small image', image: drawnScreen({ width: 60, height: 50, channels: 3, bitDepth: 8 }) },
  { what: 'an image whose alpha varies', image: halfClear() },
])('$what is not planned again', ({ image }) => {
  expect(planFor(image)).toBeUndefined();
});

test('networks that blend tiles or fold blocks of pixels get their usual tiles', () => {
  const image = drawnScreen({ width: 803, height: 611, channels: 3, bitDepth: 8 });
  for (const special of [{ blendPx: 4 }, { multiplePx: 2 }, { fixedPx: { width: 128, height: 128 } }]) {
    expect(planFor(image, { ...TILING, ...special })).toBeUndefined();
  }
});

test('rectangles are joined where one window costs less than two, and stay apart where it does not', () => {
  const square = (x: number, y: number): Rect => ({ x, y, width: 64, height: 64 });
  const cost = ({ width, height }: Rect): number => (width + 40) * (height + 40);
  const beside = [square(0, 0), square(64, 0), square(0, 64), square(64, 64)];
  expect(mergeRects(beside, cost)).toEqual([{ x: 0, y: 0, width: 128, height: 128 }]);
  const apart = [square(0, 0), square(640, 640)];
  expect(mergeRects(apart, cost)).toEqual(apart);
});
