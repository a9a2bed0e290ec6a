import { emptyTile, type FloatTile } from '../../tiling/floatTile.ts';
import type { Size } from '../../api/image.ts';

/** Noise that is the same every time. */
function noiseAt(x: number, y: number, plane: number): number {
  const mixed = Math.sin(x * 12.9898 + y * 78.233 + plane * 37.719) * 43758.5453;
  return mixed - Math.floor(mixed) - 0.5;
}

/**
 * An image to try networks on: a grey ramp above, below it a coloured one with edges, and fine texture on both. Values
 * stay within 0.05 and 0.95, so that no network has to clip them.
 */
export function sampleTile(size: Size): FloatTile {
  const tile = emptyTile(size);
  const { width, height } = size;
  for (let plane = 0; plane < 3; plane++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const ramp = 0.1 + (0.8 * x) / width;
        const colour = 0.5 + 0.35 * Math.sin(x / (7 + 3 * plane) + plane) * Math.cos(y / (5 + plane));
        const edge = (x + 2 * y) % 24 < 12 ? 0.04 : -0.04;
        const value = y < height / 3 ? ramp : colour + edge + 0.02 * noiseAt(x, y, plane);
        tile.data[(plane * height + y) * width + x] = value;
      }
    }
  }
  return tile;
}
