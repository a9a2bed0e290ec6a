import { toErrorDto, type ErrorDto } from '../../api/errors.ts';
import { verifyModel } from '../../engine/verifyModel.ts';
import { findModels, readModelRegistry } from '../../models/modelRegistry.ts';
import type { VerifyRequest } from '../../pool/messages.ts';

/** Checks one model by its id; undefined if all is well. Never throws. */
export async function verifyById({ modelsFolder, id }: VerifyRequest): Promise<ErrorDto | undefined> {
  try {
    const [model] = findModels(await readModelRegistry(modelsFolder), id);
    if (model === undefined) throw new TypeError(`A model called ${id} was found but is missing.`);
    return await verifyModel(model);
  } catch (error) {
    return toErrorDto(error);
  }
}
