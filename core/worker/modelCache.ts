import type { EnlargerError } from '../api/errors.ts';
import type { Device, EngineModel, LoadedModel, LoadOptions } from '../engine/engine.ts';
import { loadModel } from '../engine/registry.ts';
import { tileWindow } from '../engine/tileWindow.ts';
import type { InstalledModel } from '../models/modelRegistry.ts';
import { RegistryCache } from '../models/registryCache.ts';
import type { TileWindow } from '../tiling/planPass.ts';

export type ModelLoader = (model: EngineModel, options: LoadOptions) => Promise<LoadedModel>;

/**
 * Mixed networks that stay loaded, because a user looking for the right strength tries many. A worker handles fewer
 * images than this at once, so the least recently used one is idle.
 */
const MAX_MIXED = 4;

function weightsOf({ folder, manifest }: InstalledModel): string {
  return [folder, ...manifest.files.map(({ sha256 }) => sha256)].join(' ');
}

/** Models that this process has loaded; they stay loaded for later images. */
export class ModelCache {
  readonly #load: ModelLoader;
  readonly #loaded = new Map<string, Promise<LoadedModel>>();
  /** Keys of mixed networks, the least recently used first. */
  readonly #mixed = new Set<string>();
  readonly #registries = new RegistryCache();
  readonly #windows = new Map<string, Promise<TileWindow>>();
  readonly #broken = new Map<string, EnlargerError>();

  /** @param load Replaced in tests by devices that fail. */
  constructor(load: ModelLoader = loadModel) {
    this.#load = load;
  }

  /** @throws EnlargerError `model/…` or `engine/…`; the next call tries again. */
  async get(model: EngineModel, device: Device, threads: number): Promise<LoadedModel> {
    // A model that was removed may have left its folder's name to another one: the weights distinguish them.
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

  /**
   * The models of a folder, or of a list of them. They are read again only when a model was added or removed.
   *
   * @throws EnlargerError `model/not-found` or `model/invalid-manifest`.
   */
  registry(modelsFolder: string): Promise<readonly InstalledModel[]> {
    return this.#registries.read(modelsFolder);
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

  /** How large windows of a model may be on a device; determined once for each pair. */
  windowFor(model: EngineModel, device: Device): Promise<TileWindow> {
    const key = [model.id, device.id].join('\n');
    const known = this.#windows.get(key) ?? tileWindow(device, model);
    this.#windows.set(key, known);
    return known;
  }

  /** Excludes a device for the life of this process. */
  markBroken(device: Device, reason: EnlargerError): void {
    this.#broken.set(device.id, reason);
  }

  /** Why a device was excluded; undefined if it was not. */
  reasonBroken(device: Device): EnlargerError | undefined {
    return this.#broken.get(device.id);
  }

  async dispose(): Promise<void> {
    const all = [...this.#loaded.values()];
    this.#loaded.clear();
    for (const model of all) await (await model).dispose();
  }
}
