import { EnlargerError } from '../../core/api/errors.ts';
import { AUTO_MODEL } from '../../core/api/models/chosenModel.ts';
import { isInterpolationKernel } from '../../core/engine/interpolation.ts';
import type { BatchRequest } from '../../core/host/batches/batchRequest.ts';
import { atStrength, findCleaner, findModels, readModelRegistry } from '../../core/models/modelRegistry.ts';

/**
 * Checks the models that a command names before anything begins: a wrong name is an error of the command, not of each
 * image. A model that is installed but damaged fails with its images.
 *
 * @throws EnlargerError `model/not-found`, `usage/invalid-option`.
 */
export async function assertModels({ spec, modelsFolder }: BatchRequest): Promise<void> {
  const { model, strength, first = [] } = spec.settings;
  const isKernel = isInterpolationKernel(model);
  if (isKernel && first.length === 0) return;
  try {
    const registry = await readModelRegistry(modelsFolder);
    for (const name of first) findCleaner(registry, name);
    if (isKernel || model === AUTO_MODEL) return;
    for (const each of findModels(registry, model)) atStrength(registry, each, strength);
  } catch (error) {
    if (error instanceof EnlargerError && /^(usage\/|model\/not-found$)/.test(error.code)) throw error;
  }
}
