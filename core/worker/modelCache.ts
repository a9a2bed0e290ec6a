import type { EnlargerError } from '../api/errors.ts';
import type { Device, EngineModel, LoadedModel, LoadOptions } from '../engine/engine.ts';
import { loadModel } from '../engine/registry.ts';
import { tileWindow } from '../engine/tileWindow.ts';
import type { ShelvedModel } from '../models/modelRegistry.ts';
import type { TileWindow } from '../tiling/planPass.ts';

export type ModelLoader = (model: EngineModel, options: LoadOptions) => Promise<LoadedModel>;

/**
 * Mixed networks that stay warm; somebody who looks for a strength tries many. No more images than this are under way
 * at once, so the one used longest ago is used by nobody.
 */
const MAX_MIXED = 4;

function weightsOf({ folder, manifest }: ShelvedModel): string {
  return [folder, ...manifest.files.map(({ sha256 }) => sha256)].join(' ');
}

/** Models that this process has loaded; they stay warm for the images to come. */
export class ModelCache {
  readonly #load: ModelLoader;
  readonly #loaded = new Map<string, Promise<LoadedModel>>();
  /** Keys of mixed networks; the one used longest ago comes first. */
  readonly #mixed = new Set<string>();
  readonly #windows = new Map<string, Promise<TileWindow>>();
  readonly #broken = new Map<string, EnlargerError>();

  /** @param load How models are loaded; tests bring devices that fail. */
  constructor(load: ModelLoader = loadModel) {
    this.#load = load;
  }

  /** @throws EnlargerError `model/…` or `engine/…`; a failed load is tried again the next time. */
  async get(model: EngineModel, device: Device, threads: number): Promise<LoadedModel> {
    // A model that was removed may have left its folder's name to another one: the weights tell them apart.
    const weights = model.source.kind === 'network' ? weightsOf(model.source.model) : '';
    const key = [weights, model.id, model.scale, device.id, threads].join('\n');
    const loading = this.#loaded.get(key) ?? this.#load(model, { device, threads });
    this.#loaded.set(key, loading);
    try {
      const loaded = await loading;
      if (model.source.kind === 'network' && model.source.model.blend !== undefined)
        await this.#keepMixed(key);
      return loaded;
    } catch (error) {
      this.#loaded.delete(key);
      throw error;
    }
  }

  async #keepMixed(key: string): Promise<void> {
    this.#mixed.delete(key);
    this.#mixed.add(key);
    const [oldest] = this.#mixed;
    if (oldest === undefined || this.#mixed.size <= MAX_MIXED) return;
    const dropped = this.#loaded.get(oldest);
    this.#mixed.delete(oldest);
    this.#loaded.delete(oldest);
    await (await dropped)?.dispose();
  }

  /** How large windows of a model may be on a device; asked once for each, when it is new. */
  windowFor(model: EngineModel, device: Device): Promise<TileWindow> {
    const key = [model.id, device.id].join('\n');
    const known = this.#windows.get(key) ?? tileWindow(device, model);
    this.#windows.set(key, known);
    return known;
  }

  /** Remembers for the life of this process that a device cannot be relied on, so that no other image tries it. */
  markBroken(device: Device, reason: EnlargerError): void {
    this.#broken.set(device.id, reason);
  }

  /** Why a device is not to be used any more, where it is not. */
  reasonBroken(device: Device): EnlargerError | undefined {
    return this.#broken.get(device.id);
  }

  async dispose(): Promise<void> {
    const all = [...this.#loaded.values()];
    this.#loaded.clear();
    for (const model of all) await (await model).dispose();
  }
}
