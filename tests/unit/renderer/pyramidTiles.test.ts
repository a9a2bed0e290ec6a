import { describe, expect, test } from 'vitest';
import { levelFor, tilesIn } from '../../../renderer/canvas/pyramidTiles.ts';

const pyramid = { media: 'm', size: { width: 1000, height: 600 }, tilePx: 256, levels: 3 };

describe('the tiles of a pyramid', () => {
  test.each([
    { zoom: 2, level: 0 },
    { zoom: 1, level: 0 },
    { zoom: 0.51, level: 0 },
    { zoom: 0.5, level: 1 },
    { zoom: 0.2, level: 2 },
    { zoom: 0.001, level: 2 },
  ])('zoom $zoom uses level $level', ({ zoom, level }) => {
    expect(levelFor(zoom, pyramid.levels)).toBe(level);
  });

  test.each([0, 1, 2])('the tiles of level %i cover every pixel once', (level) => {
    const tiles = tilesIn(pyramid, level, { x: 0, y: 0, ...pyramid.size });
    const area = tiles.reduce((sum, { place }) => sum + place.width * place.height, 0);
    expect(area).toBe(1000 * 600);
    expect(new Set(tiles.map(({ column, row }) => `${column}/${row}`)).size).toBe(tiles.length);
  });

  test('only visible tiles are listed, and none beyond the edge', () => {
    const named = (x: number, y: number, side: number): string[] =>
      tilesIn(pyramid, 0, { x, y, width: side, height: side }).map(({ column, row }) => `${column}/${row}`);
    expect(named(300, 10, 100)).toEqual(['1/0']);
    expect(named(250, 250, 10)).toEqual(['0/0', '1/0', '0/1', '1/1']);
    expect(named(900, 500, 5_000)).toEqual(['3/1', '3/2']);
    expect(named(-400, -400, 300)).toEqual([]);
  });
});
