import { statSync } from 'node:fs';
import { modelFolders, readModelRegistry, type InstalledModel } from './modelRegistry.ts';

/** The models of some folders, and when those last changed. */
interface KnownRegistry {
  readonly changedAt: string;
  readonly models: readonly InstalledModel[];
}

/** When an entry of a folder was last added or removed; undefined for an unreadable folder. */
function changeOf(folder: string): number | undefined {
  try {
    return statSync(folder).mtimeMs;
  } catch {
    return undefined;
  }
}

/** Reads manifests only once, since every image of a batch needs them. */
export class RegistryCache {
  readonly #registries = new Map<string, KnownRegistry>();

  /**
   * The models of a folder, or of a list of them. They are read again only when a model was added or removed.
   *
   * @throws EnlargerError `model/not-found` or `model/invalid-manifest`; the next call tries again.
   */
  async read(modelsFolder: string): Promise<readonly InstalledModel[]> {
    const changedAt = modelFolders(modelsFolder)
      .map((folder) => changeOf(folder) ?? 'missing')
      .join(' ');
    const known = this.#registries.get(modelsFolder);
    if (known?.changedAt === changedAt) return known.models;
    const models = await readModelRegistry(modelsFolder);
    this.#registries.set(modelsFolder, { changedAt, models });
    return models;
  }
}
