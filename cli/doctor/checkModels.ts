import { toErrorDto } from '../../core/api/errors.ts';
import { readModelRegistry } from '../../core/models/modelRegistry.ts';
import { verifyModel } from '../../core/engine/verifyModel.ts';
import { fail, ok, type Check } from './check.ts';

const ADVICE = 'Reinstall the program.';

/** Every model of a folder: manifest, checksum of the weights, and one run that verifies its scale. */
export async function checkModels(modelsFolder: string): Promise<Check[]> {
  const registry = await readModelRegistry(modelsFolder).catch((error: unknown) => toErrorDto(error));
  if ('code' in registry) return [fail('models', `${registry.message} [${registry.code}]`, ADVICE)];
  const checks: Check[] = [];
  for (const model of registry) {
    const name = `model ${model.manifest.id}`;
    const error = await verifyModel(model);
    checks.push(
      error === undefined
        ? ok(name, `×${model.manifest.scale}, weights intact, runs`)
        : fail(name, `${error.message} [${error.code}]`, ADVICE),
    );
  }
  return checks;
}
