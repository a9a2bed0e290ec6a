import path from 'node:path';
import { z } from 'zod';
import type { ErrorDto } from '../core/api/errors.ts';
import { readModelRegistry, type ShelvedModel } from '../core/models/modelRegistry.ts';
import { INTERPOLATION_KERNELS } from '../core/tiling/resample.ts';
import { BUNDLED_MODELS, EXIT } from './program.ts';
import { table } from './text.ts';
import { verifyModel } from './verifyModel.ts';

const optionsSchema = z.object({ models: z.string().optional(), verify: z.boolean(), json: z.boolean() });

interface ListedModel {
  readonly model: ShelvedModel;
  readonly error: ErrorDto | undefined;
}

function printTable(listed: readonly ListedModel[], verified: boolean): void {
  const rows = listed.map(({ model: { manifest }, error }) => [
    manifest.id,
    manifest.family,
    `×${manifest.scale}`,
    manifest.parameters.toLocaleString('en'),
    manifest.psnr === undefined ? '–' : manifest.psnr.set5.toFixed(2),
    ...(verified ? [error === undefined ? 'ok' : error.code] : []),
    manifest.purpose,
  ]);
  const check = verified ? ['check'] : [];
  process.stdout.write(`${table(['id', 'family', 'scale', 'weights', 'Set5 dB', ...check, 'for'], rows)}\n`);
  process.stdout.write(`\nInterpolation, without a network: ${INTERPOLATION_KERNELS.join(', ')}.\n`);
  for (const { error } of listed) if (error !== undefined) process.stderr.write(`${error.message}\n`);
}

/** `enlarger models`: lists the models and, with `--verify`, checks them. */
export async function modelsCommand(rawOptions: unknown): Promise<number> {
  const options = optionsSchema.parse(rawOptions);
  const registry = await readModelRegistry(path.resolve(options.models ?? BUNDLED_MODELS));
  const listed: ListedModel[] = [];
  for (const model of registry)
    listed.push({ model, error: options.verify ? await verifyModel(model) : undefined });
  if (options.json) {
    const rows = listed.map(({ model, error }) => ({
      ...model.manifest,
      ...(options.verify ? { verified: error === undefined, error } : {}),
    }));
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  } else {
    printTable(listed, options.verify);
  }
  return listed.some(({ error }) => error !== undefined) ? EXIT.someFailed : EXIT.done;
}
