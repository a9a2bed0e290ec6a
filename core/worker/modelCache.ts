import type { EnhancerError } from '../api/errors.ts';
import type { Device, EngineModel, LoadedModel, LoadOptions } from '../engine/engine.ts';
import { loadModel } from '../engine/registry.ts';
import { tileWindow } from '../engine/tileWindow.ts';
import type { TileWindow } from '../tiling/planPass.ts';

export type ModelLoader = (model: EngineModel, options: LoadOptions) => Promise<LoadedModel>;

/** Models that this process has loaded; they stay warm for the pictures to come. */
export class ModelCache {
  readonly #load: ModelLoader;
  readonly #loaded = new Map<string, Promise<LoadedModel>>();
  readonly #windows = new Map<string, Promise<TileWindow>>();
  readonly #broken = new Map<string, EnhancerError>();

  /** @param load How models are loaded; tests bring devices that fail. */
  constructor(load: ModelLoader = loadModel) {
    this.#load = load;
  }

  /** @throws EnhancerError `model/…` or `engine/…`; a failed load is tried again the next time. */
  async get(model: EngineModel, device: Device, threads: number): Promise<LoadedModel> {
    const folder = model.source.kind === 'network' ? model.source.model.folder : '';
    const key = [folder, model.id, model.scale, device.id, threads].join('\n');
    const present = this.#loaded.get(key);
    if (present !== undefined) return present;
    const loading = this.#load(model, { device, threads });
    this.#loaded.set(key, loading);
    try {
      return await loading;
    } catch (error) {
      this.#loaded.delete(key);
      throw error;
    }
  }

  /** How large windows of a model may be on a device; asked once for each, when it is new. */
  windowFor(model: EngineModel, device: Device): Promise<TileWindow> {
    const key = [model.id, device.id].join('\n');
    const known = this.#windows.get(key) ?? tileWindow(device, model);
    this.#windows.set(key, known);
    return known;
  }

  /** Remembers for the life of this process that a device cannot be relied on, so that no other picture tries it. */
  markBroken(device: Device, reason: EnhancerError): void {
    this.#broken.set(device.id, reason);
  }

  /** Why a device is not to be used any more, where it is not. */
  reasonBroken(device: Device): EnhancerError | undefined {
    return this.#broken.get(device.id);
  }

  async dispose(): Promise<void> {
    const all = [...this.#loaded.values()];
    this.#loaded.clear();
    for (const model of all) await (await model).dispose();
  }
}
