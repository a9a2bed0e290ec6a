import { EnlargerError } from '../api/errors.ts';
import type { LoadedModel } from '../engine/engine.ts';
import { checkTile } from '../tiling/checkTile.ts';
import { cutTile, emptyTile, pasteTile, type FloatTile } from '../tiling/floatTile.ts';
import { planTiles, type ModelTiling } from '../tiling/planTiles.ts';

/** Tiles are halved down to this side before the model is abandoned. */
export const MIN_TILE_PX = 64;

export interface CheckedTile {
  readonly tile: FloatTile;
  readonly repaired: boolean;
}

/**
 * Enlarges a tile and checks the result; a bad one is repeated in smaller pieces.
 *
 * @throws EnlargerError `engine/bad-output` if smaller pieces are bad, too, or whatever the engine throws.
 */
export async function enlargeTile(
  model: LoadedModel,
  tile: FloatTile,
  tiling: ModelTiling,
): Promise<CheckedTile> {
  const problem = await tryTile(model, tile);
  if ('tile' in problem) return { tile: problem.tile, repaired: false };
  return { tile: await repairTile(model, tile, tiling, problem.error), repaired: true };
}

async function tryTile(
  model: LoadedModel,
  tile: FloatTile,
): Promise<{ tile: FloatTile } | { error: EnlargerError }> {
  try {
    const enlarged = await model.enlargeTile(tile);
    const { scale } = model;
    if (enlarged.width !== tile.width * scale || enlarged.height !== tile.height * scale) {
      const size = `${enlarged.width} × ${enlarged.height} px of ${tile.width} × ${tile.height}`;
      throw new EnlargerError('model/wrong-scale', `A model for ×${scale} returned ${size}.`, { scale });
    }
    const fault = checkTile(tile, enlarged);
    if (fault === undefined) return { tile: enlarged };
    const message = `The network returned a faulty tile (${fault}) on ${model.device.name}.`;
    return { error: new EnlargerError('engine/bad-output', message, { fault, device: model.device.id }) };
  } catch (error) {
    if (isRepairable(error, model)) return { error };
    throw error;
  }
}

/** A processor that ran out of memory can continue with smaller tiles; a graphics card needs a new process. */
function isRepairable(error: unknown, model: LoadedModel): error is EnlargerError {
  return (
    error instanceof EnlargerError && error.code === 'engine/out-of-memory' && model.device.kind === 'cpu'
  );
}

async function repairTile(
  model: LoadedModel,
  tile: FloatTile,
  tiling: ModelTiling,
  cause: EnlargerError,
): Promise<FloatTile> {
  const sidePx = Math.ceil(Math.max(tile.width, tile.height) / 2);
  if (sidePx < MIN_TILE_PX) throw cause;
  const { scale } = model;
  const whole = emptyTile({ width: tile.width * scale, height: tile.height * scale });
  const plan = planTiles(tile, { ...tiling, blendPx: 0, limit: { sidePx } });
  // With more context than tile, the only piece would be the tile itself, and halving would never end.
  if (plan.rows.length * plan.columns.length === 1) throw cause;
  for (const row of plan.rows) {
    for (const column of plan.columns) {
      const piece = cutTile(tile, {
        x: column.start,
        y: row.start,
        width: column.length,
        height: row.length,
      });
      const attempt = await tryTile(model, piece);
      const enlarged =
        'tile' in attempt ? attempt.tile : await repairTile(model, piece, tiling, attempt.error);
      pasteTile(enlarged, whole, {
        from: { x: (column.keepStart - column.start) * scale, y: (row.keepStart - row.start) * scale },
        to: { x: column.keepStart * scale, y: row.keepStart * scale },
        size: {
          width: (column.keepEnd - column.keepStart) * scale,
          height: (row.keepEnd - row.keepStart) * scale,
        },
      });
    }
  }
  return whole;
}
