import { describe, expect, test } from 'vitest';
import type { ChannelCount, Raster } from '../../../core/api/image.ts';
import { hasAlphaChannel } from '../../../core/api/image.ts';
import { emptyTile, type FloatTile } from '../../../core/tiling/floatTile.ts';
import { flatColour, flatTile, packTile, type TileContent } from '../../../core/tiling/packTile.ts';
import { placeTile, writtenRows, type PlacedContent } from '../../../core/tiling/placeTile.ts';
import { planTiles, type TilingOptions } from '../../../core/tiling/planTiles.ts';
import { largestDifference, patternRaster } from '../../support/images.ts';

/** Repeats every pixel: the expected tile if nothing is lost between packing and placing. */
function repeatPixels(tile: FloatTile, scale: number): FloatTile {
  const result = emptyTile({ width: tile.width * scale, height: tile.height * scale });
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < result.height; y++) {
      for (let x = 0; x < result.width; x++) {
        const source = (plane * tile.height + Math.floor(y / scale)) * tile.width + Math.floor(x / scale);
        result.data[(plane * result.height + y) * result.width + x] = tile.data[source]!;
      }
    }
  }
  return result;
}

/** Cuts an image into tiles and joins them again, as the pipeline does. */
function takeApartAndJoin(raster: Raster, options: TilingOptions, scale: number): Raster {
  const plan = planTiles(raster, options);
  const { width, height, channels } = raster;
  const length = width * height * channels * scale * scale;
  const data = raster.data instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length);
  const rowLength = width * scale * channels;
  const contents: PlacedContent[] = hasAlphaChannel(channels) ? ['colour', 'alpha'] : ['colour'];
  for (const row of plan.rows) {
    const { top, count } = writtenRows(row, scale, plan.blendPx, height);
    const strip: Raster = {
      width: width * scale,
      height: count,
      channels,
      data: data.subarray(top * rowLength, (top + count) * rowLength),
    };
    for (const column of plan.columns) {
      const window = { x: column.start, y: row.start, width: column.length, height: row.length };
      for (const content of contents) {
        const tile = repeatPixels(packTile(raster, window, content), scale);
        const { blendPx } = plan;
        placeTile(tile, strip, { column, row, scale, blendPx, from: raster, content, stripTop: top });
      }
    }
  }
  return { width: width * scale, height: height * scale, channels, data };
}

/** The image with every pixel repeated. */
function repeated(raster: Raster, scale: number): number[] {
  const { width, height, channels, data } = raster;
  const result: number[] = [];
  for (let y = 0; y < height * scale; y++) {
    for (let x = 0; x < width * scale; x++) {
      for (let channel = 0; channel < channels; channel++) {
        result.push(data[(Math.floor(y / scale) * width + Math.floor(x / scale)) * channels + channel]!);
      }
    }
  }
  return result;
}

const KINDS = ([1, 2, 3, 4] as const).flatMap((channels: ChannelCount) =>
  ([8, 16] as const).map((bitDepth) => ({ channels, bitDepth })),
);

describe.each(KINDS)('$channels channels of $bitDepth bit', ({ channels, bitDepth }) => {
  test.each([
    { width: 1, height: 1, blendPx: 0 },
    { width: 1, height: 90, blendPx: 0 },
    { width: 90, height: 1, blendPx: 3 },
    { width: 97, height: 71, blendPx: 0 },
    { width: 97, height: 71, blendPx: 4 },
    { width: 71, height: 97, blendPx: 5 },
  ])('$width × $height survive the tiles unchanged, blended over $blendPx px', (image) => {
    const raster = patternRaster({ ...image, channels, bitDepth });
    const limit = { sidePx: 32 };
    const joined = takeApartAndJoin(raster, { contextPx: 2, blendPx: image.blendPx, limit }, 2);
    const difference = largestDifference(joined.data, repeated(raster, 2));
    // Fading 16-bit values over each other rounds twice.
    expect(difference).toBeLessThanOrEqual(image.blendPx > 0 && bitDepth === 16 ? 1 : 0);
  });

  test('one colour stays that colour under any blending', () => {
    for (const blendPx of [0, 1, 2, 7, 16]) {
      const raster = patternRaster({ width: 120, height: 75, channels, bitDepth });
      const colour = raster.data.slice(0, channels);
      raster.data.forEach((_, index) => (raster.data[index] = colour[index % channels]!));
      const joined = takeApartAndJoin(raster, { contextPx: 3, blendPx, limit: { sidePx: 32 } }, 3);
      const isSame = joined.data.every((value, index) => value === colour[index % channels]);
      expect({ blendPx, isSame }).toEqual({ blendPx, isSame: true });
    }
  });
});

test('values out of range are clamped, not wrapped around', () => {
  const tile = emptyTile({ width: 2, height: 1 });
  tile.data.set([-0.5, 1.5, -1e-9, 1.0000001, 0.5, 0.499]);
  const span = { start: 0, length: 2, keepStart: 0, keepEnd: 2 };
  const row = { start: 0, length: 1, keepStart: 0, keepEnd: 1 };
  const placement = { column: span, row, scale: 1, blendPx: 0, content: 'colour', stripTop: 0 } as const;
  for (const [data, peak, half] of [
    [new Uint8Array(6), 255, 127],
    [new Uint16Array(6), 65535, 32702],
  ] as const) {
    const strip: Raster = { width: 2, height: 1, channels: 3, data };
    placeTile(tile, strip, { ...placement, from: { width: 2, height: 1 } });
    expect([...data]).toEqual([0, 0, Math.round(0.5 * peak), peak, peak, half]);
  }
});

test('a tile of one colour is recognised, and one that varies anywhere is not mistaken for it', () => {
  const raster = patternRaster({ width: 5, height: 4, channels: 4, bitDepth: 8 });
  for (let i = 3; i < raster.data.length; i += 4) raster.data[i] = 204;
  raster.data[4 * 4 + 3] = 7; // the last pixel of the first row
  const flatIn = (x: number, content: TileContent): readonly number[] | undefined =>
    flatColour(packTile(raster, { x, y: 0, width: 4, height: 4 }, content))?.map((value) =>
      Math.fround(value),
    );
  expect(flatIn(0, 'alpha')).toEqual([0.8, 0.8, 0.8].map(Math.fround));
  expect(flatIn(1, 'alpha')).toBeUndefined();
  expect(flatIn(0, 'colour')).toBeUndefined();
  const flat = flatTile({ width: 3, height: 2 }, [0, 0.5, 1]);
  expect(flatColour(flat)).toEqual([0, 0.5, 1]);
  flat.data[17] = 0.75;
  expect(flatColour(flat)).toBeUndefined();
});
