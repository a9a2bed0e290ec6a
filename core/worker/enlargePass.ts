import { hasAlphaChannel, type Raster, type Rect, type Size } from '../api/image.ts';
import type { EngineModel, LoadedModel } from '../engine/engine.ts';
import { createRowStore, type RowStore } from '../image/rowStore.ts';
import type { FloatTile } from '../tiling/floatTile.ts';
import { keepFlatAreas } from '../tiling/keepFlatAreas.ts';
import { BORDER_REACH_PX, layerBorders } from '../tiling/layerBorders.ts';
import { flatColour, flatTile, packTile, type TileContent } from '../tiling/packTile.ts';
import { limitBorders, type ImageBorders } from '../tiling/limitBorders.ts';
import { limitRipple, mergePremultiplied } from '../tiling/mergePremultiplied.ts';
import { placeTile, writtenRows } from '../tiling/placeTile.ts';
import { planPass, type TileWindow } from '../tiling/planPass.ts';
import type { ReusePlan } from '../tiling/planReuse.ts';
import type { TileSpan } from '../tiling/planTiles.ts';
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
   * The model on the next device, after this one has failed for good. Absent if there is only one.
   *
   * @throws The reason if no device is left.
   */
  readonly nextModel?: (reason: unknown) => Promise<LoadedModel>;
  readonly tiling: EngineModel['tiling'];
  readonly tile: 'auto' | number;
  /** How large windows may be on the model's device; default: any size. */
  readonly window?: TileWindow;
  /** Equal parts of the source; without it, every tile is run. The result is the same. */
  readonly reuse?: ReusePlan | undefined;
  /**
   * `own`: areas of one colour keep it, also at the image's borders, which networks do not do by themselves. `added`: the
   * result is what the network makes, as it is in other programs. `none`: interpolation.
   */
  readonly network: 'own' | 'added' | 'none';
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
 * @returns A new store; the caller disposes of both.
 * @throws EnlargerError `engine/…` or `job/cancelled`.
 */
export async function enlargePass(source: RowStore, options: EnlargePassOptions): Promise<RowStore> {
  const { scale } = options.model;
  const { width, height, channels } = source.shape;
  const shape = { width: width * scale, height: height * scale, channels, bitDepth: options.bitDepth };
  const target = createRowStore(shape, options.scratchPath);
  try {
    const plan = planPass(source.shape, options.tiling, options.tile, options.window);
    const worker = new TileRowWorker(source, target, plan.blendPx, options);
    const { reuse } = options;
    if (reuse === undefined) for (const row of plan.rows) await worker.run(row, plan.columns);
    else for (const { row, column } of reuse.tiles) await worker.run(row, [column]);
    for (const copy of reuse?.copies ?? []) copyPart(target, copy, scale);
    return target;
  } catch (error) {
    target.dispose();
    throw error;
  }
}

/** Copies the result of one part of the source to the place of another. */
function copyPart(target: RowStore, { from, to }: ReusePlan['copies'][number], scale: number): void {
  const { width, channels } = target.shape;
  const rowLength = from.width * scale * channels;
  const { data: made } = target.read(from.y * scale, from.height * scale);
  const { data: place } = target.read(to.y * scale, to.height * scale);
  for (let y = 0; y < from.height * scale; y++) {
    const start = (y * width + from.x * scale) * channels;
    place.set(made.subarray(start, start + rowLength), (y * width + to.x * scale) * channels);
  }
  target.write(to.y * scale, place);
}

/** Enlarges one row of tiles after another and keeps the rows that they share. */
class TileRowWorker {
  readonly #source: RowStore;
  readonly #target: RowStore;
  readonly #blendPx: number;
  readonly #options: EnlargePassOptions;
  #model: LoadedModel;
  /** Reused for the next window of the same shape. */
  #packed: FloatTile | undefined;

  constructor(source: RowStore, target: RowStore, blendPx: number, options: EnlargePassOptions) {
    this.#source = source;
    this.#target = target;
    this.#blendPx = blendPx;
    this.#options = options;
    this.#model = options.model;
  }

  /** Enlarges one row of tiles. */
  async run(row: TileSpan, columns: readonly TileSpan[]): Promise<void> {
    const { model, signal, tally, onTile } = this.#options;
    const input = this.#readRows(row);
    const written = writtenRows(row, model.scale, this.#blendPx, this.#source.shape.height);
    const strip = this.#target.read(written.top, written.count);
    const { scale } = model;
    const blendPx = this.#blendPx;
    for (const column of columns) {
      throwIfCancelled(signal);
      const window = { x: column.start, y: row.start - input.top, width: column.length, height: row.length };
      const borders = this.#bordersOf(row, column);
      const placement = { column, row, scale, blendPx, from: this.#source.shape, stripTop: written.top };
      const place = (tile: FloatTile, content: 'colour' | 'alpha'): void => {
        placeTile(tile, strip, { ...placement, content });
      };
      const colour = await this.#enlargeWindow(input.rows, window, 'colour', borders);
      if (hasAlphaChannel(strip.channels)) {
        const alpha = await this.#enlargeWindow(input.rows, window, 'alpha', borders);
        const layers = layerBorders(input.rows, window);
        if (layers !== undefined) {
          const premultiplied = await this.#enlargeWindow(input.rows, window, 'premultiplied', borders);
          limitRipple(packTile(input.rows, window, 'premultiplied'), premultiplied, layers);
          limitRipple(packTile(input.rows, window, 'alpha'), alpha, layers);
          mergePremultiplied({ colour, premultiplied, alpha }, layers, scale);
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

  #bordersOf(row: TileSpan, column: TileSpan): ImageBorders {
    const { width, height } = this.#source.shape;
    return {
      left: column.start === 0,
      top: row.start === 0,
      right: column.start + column.length === width,
      bottom: row.start + row.length === height,
    };
  }

  async #enlargeWindow(
    input: Raster,
    window: Rect,
    content: TileContent,
    borders: ImageBorders,
  ): Promise<FloatTile> {
    const isAlike = this.#packed?.width === window.width && this.#packed.height === window.height;
    const packed = packTile(input, window, content, isAlike ? this.#packed : undefined);
    this.#packed = packed;
    const { tally, tiling, network } = this.#options;
    const colour = network === 'added' ? undefined : flatColour(packed);
    if (colour !== undefined) return flatTile(this.#enlargedSize(packed), colour);
    const { tile, repaired } = await this.#enlargeOnAnyDevice(packed);
    if (repaired) tally.repairedTiles++;
    if (network === 'own') {
      limitBorders(packed, tile, borders, tiling.contextPx);
      keepFlatAreas(packed, tile, tiling.contextPx);
    }
    return tile;
  }

  #enlargedSize({ width, height }: Size): Size {
    const { scale } = this.#model;
    return { width: width * scale, height: height * scale };
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
