import { hasAlphaChannel, type Raster } from '../../core/api/image.ts';
import type { EngineModel, LoadedModel } from '../../core/engine/engine.ts';
import { chooseDevice, loadModel } from '../../core/engine/registry.ts';
import { emptyTile } from '../../core/tiling/floatTile.ts';
import { flatColour, packTile, type TileContent } from '../../core/tiling/packTile.ts';
import { planPass } from '../../core/tiling/planPass.ts';
import { readImage } from './benchImages.ts';

/** The part of a window that a worker examines; a window of one colour does not go through the network. */
function contentsOf({ channels }: Raster): TileContent[] {
  return hasAlphaChannel(channels) ? ['colour', 'alpha'] : ['colour'];
}

async function inferenceMsOf(
  image: Raster,
  model: LoadedModel,
  tiling: EngineModel['tiling'],
  signal: AbortSignal,
): Promise<number> {
  const { tile, columns, rows } = planPass(image, tiling, 'auto');
  const packed = emptyTile(tile);
  let elapsedMs = 0;
  for (const row of rows) {
    for (const column of columns) {
      const window = { x: column.start, y: row.start, width: column.length, height: row.length };
      for (const content of contentsOf(image)) {
        signal.throwIfAborted();
        packTile(image, window, content, packed);
        if (flatColour(packed) !== undefined) continue;
        const startedAt = performance.now();
        await model.enlargeTile(packed);
        elapsedMs += performance.now() - startedAt;
      }
    }
  }
  return elapsedMs;
}

/**
 * Time that images spend inside the engine, in the tiles that a worker would cut, without decoding, conversion or encoding:
 * the baseline for the end-to-end time.
 *
 * @returns Milliseconds for all images together.
 */
export async function pureInferenceMs(
  files: readonly string[],
  model: EngineModel,
  { threads, signal }: { readonly threads: number; readonly signal: AbortSignal },
): Promise<number> {
  const loaded = await loadModel(model, { device: chooseDevice(model, 'cpu'), threads });
  try {
    let elapsedMs = 0;
    for (const file of files) {
      elapsedMs += await inferenceMsOf(await readImage(file), loaded, model.tiling, signal);
    }
    return elapsedMs;
  } finally {
    await loaded.dispose();
  }
}
