import { hasAlphaChannel, type Raster, type Rect } from '../api/image.ts';
import type { EngineModel, LoadedModel } from '../engine/engine.ts';
import { createRowStore, type RowStore } from '../image/rowStore.ts';
import { emptyTile, type FloatTile } from '../tiling/floatTile.ts';
import { BORDER_REACH_PX, layerBorders } from '../tiling/layerBorders.ts';
import { flatColour, flatTile, packTile, type TileContent } from '../tiling/packTile.ts';
import { mergePremultiplied } from '../tiling/mergePremultiplied.ts';
import { placeTile, writtenRows } from '../tiling/placeTile.ts';
import { planPass, type TileWindow } from '../tiling/planPass.ts';
import type { TilePlan, TileSpan } from '../tiling/planTiles.ts';
import { enlargeTile, type CheckedTile } from './enlargeTile.ts';
import { nextTurn } from './nextTurn.ts';
import { throwIfCancelled } from './semaphore.ts';

export interface PassTally {
  tilesDone: number;
  repairedTiles: number;
}

export interface EnlargePassOptions {
  readonly model: LoadedModel;
  /**
   * The model on the next device, once this one has failed for good. Absent if there is only one.
   *
   * @throws The reason if no device is left.
   */
  readonly nextModel?: (reason: unknown) => Promise<LoadedModel>;
  readonly tiling: EngineModel['tiling'];
  readonly tile: 'auto' | number;
  /** How large windows may be on the model's device; default: any size. */
  readonly window?: TileWindow;
  /** Bit depth of the result. */
  readonly bitDepth: 8 | 16;
  readonly scratchPath: string;
  readonly signal: AbortSignal;
  /** Counts the finished tiles. */
  readonly tally: PassTally;
  readonly onTile: () => void;
}

/**
 * Enlarges an image by a model's scale, tile by tile and row of tiles by row of tiles.
 *
 * @returns A new store; the caller disposes both.
 * @throws EnlargerError `engine/…` or `job/cancelled`.
 */
export async function enlargePass(source: RowStore, options: EnlargePassOptions): Promise<RowStore> {
  const { scale } = options.model;
  const { width, height, channels } = source.shape;
  const shape = { width: width * scale, height: height * scale, channels, bitDepth: options.bitDepth };
  const target = createRowStore(shape, options.scratchPath);
  try {
    const plan = planPass(source.shape, options.tiling, options.tile, options.window);
    const worker = new TileRowWorker(source, target, plan, options);
    for (const row of plan.rows) await worker.run(row);
    return target;
  } catch (error) {
    target.dispose();
    throw error;
  }
}

/** Enlarges one row of tiles after another and holds what they share. */
class TileRowWorker {
  readonly #source: RowStore;
  readonly #target: RowStore;
  readonly #plan: TilePlan;
  readonly #options: EnlargePassOptions;
  #model: LoadedModel;
  /** Reused for every tile: all windows have the same shape. */
  readonly #packed: FloatTile;

  constructor(source: RowStore, target: RowStore, plan: TilePlan, options: EnlargePassOptions) {
    this.#source = source;
    this.#target = target;
    this.#plan = plan;
    this.#options = options;
    this.#model = options.model;
    this.#packed = emptyTile(plan.tile);
  }

  async run(row: TileSpan): Promise<void> {
    const { model, signal, tally, onTile } = this.#options;
    const input = this.#readRows(row);
    const written = writtenRows(row, model.scale, this.#plan.blendPx, this.#source.shape.height);
    const strip = this.#target.read(written.top, written.count);
    const { scale } = model;
    const { blendPx } = this.#plan;
    for (const column of this.#plan.columns) {
      throwIfCancelled(signal);
      const window = { x: column.start, y: row.start - input.top, width: column.length, height: row.length };
      const placement = { column, row, scale, blendPx, from: this.#source.shape, stripTop: written.top };
      const place = (tile: FloatTile, content: 'colour' | 'alpha'): void => {
        placeTile(tile, strip, { ...placement, content });
      };
      const colour = await this.#enlargeWindow(input.rows, window, 'colour');
      if (hasAlphaChannel(strip.channels)) {
        const alpha = await this.#enlargeWindow(input.rows, window, 'alpha');
        const borders = layerBorders(input.rows, window);
        if (borders !== undefined) {
          const premultiplied = await this.#enlargeWindow(input.rows, window, 'premultiplied');
          mergePremultiplied({ colour, premultiplied, alpha }, borders, scale);
        }
        place(colour, 'colour');
        place(alpha, 'alpha');
      } else place(colour, 'colour');
      tally.tilesDone++;
      onTile();
      await nextTurn();
    }
    this.#target.write(written.top, strip.data);
  }

  /** The rows of a row of tiles; images with alpha need a margin, so that layer borders do not depend on the tiling. */
  #readRows({ start, length }: TileSpan): { readonly rows: Raster; readonly top: number } {
    const { channels, height } = this.#source.shape;
    const margin = hasAlphaChannel(channels) ? BORDER_REACH_PX : 0;
    const top = Math.max(0, start - margin);
    return { rows: this.#source.read(top, Math.min(height, start + length + margin) - top), top };
  }

  async #enlargeWindow(input: Raster, window: Rect, content: TileContent): Promise<FloatTile> {
    const packed = packTile(input, window, content, this.#packed);
    const { scale } = this.#model;
    const colour = flatColour(packed);
    if (colour !== undefined) {
      return flatTile({ width: packed.width * scale, height: packed.height * scale }, colour);
    }
    const { tile, repaired } = await this.#enlargeOnAnyDevice(packed);
    if (repaired) this.#options.tally.repairedTiles++;
    return tile;
  }

  /** Falls back from device to device until one returns a sound tile. */
  async #enlargeOnAnyDevice(packed: FloatTile): Promise<CheckedTile> {
    const { tiling, nextModel, signal } = this.#options;
    let repaired = false;
    for (;;) {
      throwIfCancelled(signal);
      try {
        const made = await enlargeTile(this.#model, packed, tiling);
        return { ...made, repaired: made.repaired || repaired };
      } catch (error) {
        if (nextModel === undefined) throw error;
        this.#model = await nextModel(error);
        repaired = true;
      }
    }
  }
}
