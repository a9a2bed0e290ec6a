import type { EngineModel, LoadedModel } from '../engine/engine.ts';
import { chooseDevice, loadModel } from '../engine/registry.ts';

/** Models that this process has loaded; they stay warm for the pictures to come. */
export class ModelCache {
  readonly #loaded = new Map<string, Promise<LoadedModel>>();

  /** @throws EnhancerError `model/…` or `engine/…`; a failed load is tried again the next time. */
  async get(model: EngineModel, deviceChoice: string, threads: number): Promise<LoadedModel> {
    const device = chooseDevice(model, deviceChoice);
    const folder = model.source.kind === 'network' ? model.source.model.folder : '';
    const key = [folder, model.id, model.scale, device.id, threads].join('\n');
    const present = this.#loaded.get(key);
    if (present !== undefined) return present;
    const loading = loadModel(model, { device, threads });
    this.#loaded.set(key, loading);
    try {
      return await loading;
    } catch (error) {
      this.#loaded.delete(key);
      throw error;
    }
  }

  async dispose(): Promise<void> {
    const all = [...this.#loaded.values()];
    this.#loaded.clear();
    for (const model of all) await (await model).dispose();
  }
}
