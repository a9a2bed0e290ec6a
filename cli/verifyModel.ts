import { toErrorDto, type ErrorDto } from '../core/api/errors.ts';
import { networkModel } from '../core/engine/engine.ts';
import { chooseDevice, loadModel } from '../core/engine/registry.ts';
import type { ShelvedModel } from '../core/models/modelShelf.ts';

/** Checks a model's weights by their checksum and runs it once; undefined where all is well. */
export async function verifyModel(model: ShelvedModel): Promise<ErrorDto | undefined> {
  try {
    const engineModel = networkModel(model);
    const loaded = await loadModel(engineModel, { device: chooseDevice(engineModel, 'cpu'), threads: 1 });
    await loaded.dispose();
    return undefined;
  } catch (error) {
    return toErrorDto(error);
  }
}
