import { createHash } from 'node:crypto';
import { findModels, readShelf } from '../models/modelShelf.ts';

/** Remembers what networks a name stands for, by the checksums of their weights. */
export class ModelHashes {
  readonly #hashes = new Map<string, string>();

  /** Finds out what a name stands for; an interpolation kernel stands for itself. */
  async learn(model: string, modelsFolder: string): Promise<string> {
    const key = JSON.stringify([model, modelsFolder]);
    const known = this.#hashes.get(key);
    if (known !== undefined) return known;
    // Where there is no such network, the worker says so, and nothing is made.
    const shelf = await readShelf(modelsFolder).catch(() => []);
    const isOnShelf = shelf.some(({ manifest }) => manifest.id === model || manifest.family === model);
    const weights = isOnShelf
      ? findModels(shelf, model).flatMap(({ manifest }) => manifest.files.map(({ sha256 }) => sha256))
      : [`kernel ${model}`];
    const hash = createHash('sha256').update(weights.join('\n')).digest('hex');
    this.#hashes.set(key, hash);
    return hash;
  }

  /** What was learned before. */
  known(model: string, modelsFolder: string): string {
    const hash = this.#hashes.get(JSON.stringify([model, modelsFolder]));
    if (hash === undefined) throw new TypeError(`The model ${model} was used before it was looked up.`);
    return hash;
  }
}
