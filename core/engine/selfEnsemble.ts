import { emptyTile, TILE_CHANNELS, type FloatTile } from '../tiling/floatTile.ts';
import type { LoadedModel } from './engine.ts';

interface Symmetry {
  readonly transpose: boolean;
  readonly flipX: boolean;
  readonly flipY: boolean;
}

const SYMMETRIES: readonly Symmetry[] = [false, true].flatMap((transpose) =>
  [false, true].flatMap((flipX) => [false, true].map((flipY) => ({ transpose, flipX, flipY }))),
);

/**
 * Turns or mirrors a tile. `forward` reads the source at the symmetric place; its opposite undoes that.
 * A symmetry is: transpose first, then mirror.
 */
function applySymmetry(tile: FloatTile, { transpose, flipX, flipY }: Symmetry, forward: boolean): FloatTile {
  const size = transpose ? { width: tile.height, height: tile.width } : tile;
  const result = emptyTile({ width: size.width, height: size.height });
  const plane = tile.width * tile.height;
  for (let channel = 0; channel < TILE_CHANNELS; channel++) {
    let target = channel * plane;
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        let sourceX = transpose ? y : x;
        let sourceY = transpose ? x : y;
        // Going forward, the mirror acts on the result's axes; going back, on the source's.
        const mirrorX = forward && transpose ? flipY : flipX;
        const mirrorY = forward && transpose ? flipX : flipY;
        if (mirrorX) sourceX = tile.width - 1 - sourceX;
        if (mirrorY) sourceY = tile.height - 1 - sourceY;
        result.data[target++] = tile.data[channel * plane + sourceY * tile.width + sourceX] ?? 0;
      }
    }
  }
  return result;
}

/**
 * A model that returns the mean over the eight symmetries of a square (Timofte et al., "Seven ways to improve
 * example-based single image super resolution", CVPR 2016). Disposing of it disposes of the model.
 */
export function withSelfEnsemble(model: LoadedModel): LoadedModel {
  return {
    ...model,
    async enlargeTile(tile) {
      const sum = emptyTile({ width: tile.width * model.scale, height: tile.height * model.scale });
      for (const symmetry of SYMMETRIES) {
        const seen = await model.enlargeTile(applySymmetry(tile, symmetry, true));
        const undone = applySymmetry(seen, symmetry, false);
        for (let i = 0; i < sum.data.length; i++) {
          sum.data[i] = (sum.data[i] ?? 0) + (undone.data[i] ?? 0) / SYMMETRIES.length;
        }
      }
      return sum;
    },
  };
}
