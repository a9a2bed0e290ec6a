import { createHash } from 'node:crypto';
import type { ModelSettings } from '../../api/jobSettings.ts';
import { AUTO_MODEL } from '../../api/models/chosenModel.ts';
import { autoModels } from '../../models/autoFamilies.ts';
import type { ModelManifest } from '../../models/manifest.ts';
import { findModels, type InstalledModel } from '../../models/modelRegistry.ts';
import { RegistryCache } from '../../models/registryCache.ts';

/** The settings of a job that decide which networks run. */

function keyOf({ model, strength, first }: ModelSettings, modelsFolder: string): string {
  return JSON.stringify([model, strength < 1, modelsFolder, first]);
}

/** Checksums of the networks that run before the enlargement, and of those that enlarge. */
function allWeights(choice: ModelSettings, registry: readonly InstalledModel[]): string[] {
  const cleaners = (choice.first ?? []).flatMap((model) => weightsOf({ model, strength: 1 }, registry));
  return [...cleaners, ...weightsOf(choice, registry)];
}

/** Checksums of all the weights that a choice uses, those of companions that are blended in among them. */
function weightsOf({ model, strength }: ModelSettings, registry: readonly InstalledModel[]): string[] {
  if (model === AUTO_MODEL) return autoModels(registry).flatMap(({ manifest }) => checksumsOf(manifest));
  const isRegistered = registry.some(({ manifest }) => manifest.id === model || manifest.family === model);
  if (!isRegistered) return [`kernel ${model}`];
  return findModels(registry, model).flatMap(({ manifest }) => {
    const companion = registry.find((other) => strength < 1 && other.manifest.id === manifest.faithful);
    return [manifest, ...(companion ? [companion.manifest] : [])].flatMap(checksumsOf);
  });
}

function checksumsOf({ files }: ModelManifest): string[] {
  return files.map(({ sha256 }) => sha256);
}

/** Remembers which networks a choice stands for, by the checksums of their weights. */
export class ModelHashes {
  readonly #registries = new RegistryCache();
  readonly #hashes = new Map<string, string>();

  /**
   * Determines what a choice stands for now, since a model may have been removed and another added under its name; an
   * interpolation kernel stands for itself.
   */
  async learn(choice: ModelSettings, modelsFolder: string): Promise<string> {
    const key = keyOf(choice, modelsFolder);
    // If there is no such network, the worker reports it and makes nothing.
    const registry = await this.#registries.read(modelsFolder).catch(() => []);
    const hash = createHash('sha256').update(allWeights(choice, registry).join('\n')).digest('hex');
    this.#hashes.set(key, hash);
    return hash;
  }

  /** The hashes that were determined before. */
  known(choice: ModelSettings, modelsFolder: string): string {
    const hash = this.#hashes.get(keyOf(choice, modelsFolder));
    if (hash === undefined)
      throw new TypeError(`The model ${choice.model} was used before it was looked up.`);
    return hash;
  }
}
