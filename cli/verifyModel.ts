import { toErrorDto, type ErrorDto } from '../core/api/errors.ts';
import { networkModel } from '../core/engine/engine.ts';
import { chooseDevice, loadModel } from '../core/engine/registry.ts';
import { readModelFiles, type ShelvedModel } from '../core/models/modelRegistry.ts';
import { proveManifest } from '../core/models/proveManifest.ts';

/**
 * Checks a model: the checksum of its weights, the manifest's figures (scale, parameters, arithmetic, receptive field) as
 * counted in them, and one run.
 *
 * @returns The first problem; undefined if there is none.
 */
export async function verifyModel(model: ShelvedModel): Promise<ErrorDto | undefined> {
  try {
    const [weights] = (await readModelFiles(model, 'onnx')).values();
    if (weights === undefined) throw new TypeError('A model has at least one file.');
    proveManifest(model.manifest, weights);
    const engineModel = networkModel(model);
    const loaded = await loadModel(engineModel, { device: chooseDevice(engineModel, 'cpu'), threads: 1 });
    await loaded.dispose();
    return undefined;
  } catch (error) {
    return toErrorDto(error);
  }
}
