import { toErrorDto, type ErrorDto } from '../api/errors.ts';
import { readModelFiles, type InstalledModel } from '../models/modelRegistry.ts';
import { proveManifest } from '../models/proveManifest.ts';
import { networkModel } from './engine.ts';
import { chooseDevice, loadModel } from './registry.ts';

/**
 * Checks a model: the checksum of its weights, the manifest's figures (scale, parameters, arithmetic, receptive field) as
 * counted in the files, and one run. The figures of a network that a user added were found by running it and are not
 * counted again.
 *
 * @returns The first problem, or undefined if the model is sound.
 */
export async function verifyModel(model: InstalledModel): Promise<ErrorDto | undefined> {
  try {
    const [weights] = (await readModelFiles(model, 'onnx')).values();
    if (weights === undefined) throw new TypeError('A model has at least one file.');
    if (model.manifest.origin === undefined) proveManifest(model.manifest, weights);
    const engineModel = networkModel(model);
    const loaded = await loadModel(engineModel, { device: chooseDevice(engineModel, 'cpu'), threads: 1 });
    await loaded.dispose();
    return undefined;
  } catch (error) {
    return toErrorDto(error);
  }
}
