import path from 'node:path';
import { z } from 'zod';
import type { ErrorDto } from '../../core/api/errors.ts';
import { verifyModel } from '../../core/engine/verifyModel.ts';
import { makeDataFolder } from '../../core/host/dataFolder.ts';
import { ModelLibrary, type AddOutcome } from '../../core/host/models/modelLibrary.ts';
import type { ModelManifest } from '../../core/models/manifest.ts';
import { modelsPath, readModelRegistry, type InstalledModel } from '../../core/models/modelRegistry.ts';
import { forkWorker } from '../../core/pool/launcher.ts';
import { INTERPOLATION_KERNELS } from '../../core/tiling/kernelTaps.ts';
import { describeModel } from './describeModel.ts';
import { givenDataFolder } from '../options/localPath.ts';
import { BUNDLED_MODELS, EXIT } from '../program.ts';
import { forTerminal, table } from '../text.ts';

const commonSchema = z.object({ data: z.string().optional(), json: z.boolean() });
const listSchema = commonSchema.extend({ models: z.string().optional(), verify: z.boolean() });
const addSchema = commonSchema.extend({
  name: z.string().min(1).max(100).optional(),
  licence: z.string().min(1).max(200).optional(),
  author: z.string().min(1).max(200).optional(),
  source: z.string().min(1).max(1_000).optional(),
});

interface ListedModel {
  readonly model: InstalledModel;
  readonly error: ErrorDto | undefined;
}

function openLibrary(data: string | undefined): ModelLibrary {
  const folder = givenDataFolder(data);
  return new ModelLibrary({
    modelsFolder: modelsPath(BUNDLED_MODELS, folder),
    dataFolder: folder,
    launch: forkWorker,
  });
}

function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

function licenceOf({ licence, origin }: ModelManifest): string {
  return origin?.isNonCommercial === true ? `${licence} (non-commercial)` : licence;
}

function printTable(listed: readonly ListedModel[], verified: boolean): void {
  const rows = listed.map(({ model: { manifest }, error }) => [
    forTerminal(manifest.id),
    manifest.family,
    `×${manifest.scale}`,
    manifest.parameters.toLocaleString('en'),
    manifest.psnr === undefined ? '–' : manifest.psnr.set5.toFixed(2),
    forTerminal(licenceOf(manifest)),
    ...(verified ? [error === undefined ? 'ok' : error.code] : []),
    forTerminal(manifest.purpose),
  ]);
  const check = verified ? ['check'] : [];
  const head = ['id', 'family', 'scale', 'weights', 'Set5 dB', 'licence', ...check, 'for'];
  process.stdout.write(`${table(head, rows)}\n`);
  process.stdout.write(`\nInterpolation, without a network: ${INTERPOLATION_KERNELS.join(', ')}.\n`);
  for (const { error } of listed) if (error !== undefined) process.stderr.write(`${error.message}\n`);
}

/** `enlarger models`: lists the models and, with `--verify`, checks them. */
export async function listModels(rawOptions: unknown): Promise<number> {
  const { data, json, models, verify } = listSchema.parse(rawOptions);
  const folder = modelsPath(path.resolve(models ?? BUNDLED_MODELS), givenDataFolder(data));
  const registry = await readModelRegistry(folder);
  const listed: ListedModel[] = [];
  for (const model of registry) listed.push({ model, error: verify ? await verifyModel(model) : undefined });
  if (json) {
    printJson(
      listed.map(({ model, error }) => ({
        ...model.manifest,
        ...(verify && { verified: error === undefined, error }),
      })),
    );
  } else printTable(listed, verify);
  return listed.some(({ error }) => error !== undefined) ? EXIT.someFailed : EXIT.done;
}

function describeOutcome(outcome: AddOutcome): string {
  const file = path.basename(outcome.file);
  if (outcome.kind === 'refused') return `${file}: ${outcome.error.message} [${outcome.error.code}]`;
  const { manifest } = outcome;
  if (outcome.kind === 'known') return `${file}: already installed as ${manifest.id}`;
  const kind = manifest.origin?.architecture ?? 'network';
  return `${file}: added as ${manifest.id} (${kind}, ×${manifest.scale}, licence ${licenceOf(manifest)})`;
}

/** `enlarger models add`: each file separately; the exit code is 1 if any of them was refused. */
export async function addModels(files: readonly string[], rawOptions: unknown): Promise<number> {
  const { data, json, ...facts } = addSchema.parse(rawOptions);
  makeDataFolder(givenDataFolder(data));
  const onOutcome = (outcome: AddOutcome): void => {
    const stream = outcome.kind === 'refused' ? process.stderr : process.stdout;
    if (!json) stream.write(`${forTerminal(describeOutcome(outcome))}\n`);
  };
  const { outcomes, leftOut } = await openLibrary(data).add(files, facts, { onOutcome });
  if (json) printJson({ outcomes, leftOut });
  else if (leftOut.length > 0) {
    process.stdout.write(
      `${forTerminal(`Left out, because they contain no network: ${leftOut.join(', ')}`)}\n`,
    );
  }
  if (outcomes.length === 0) return EXIT.nothingToDo;
  return outcomes.some(({ kind }) => kind === 'refused') ? EXIT.someFailed : EXIT.done;
}

/** `enlarger models show`: a model's card. */
export async function showModel(id: string, rawOptions: unknown): Promise<number> {
  const { data, json } = commonSchema.parse(rawOptions);
  const { manifest } = await openLibrary(data).get(id);
  if (json) printJson(manifest);
  else process.stdout.write(`${describeModel(manifest)}\n`);
  return EXIT.done;
}

/** `enlarger models remove` */
export async function removeModel(id: string, rawOptions: unknown): Promise<number> {
  const { data, json } = commonSchema.parse(rawOptions);
  const manifest = await openLibrary(data).remove(id);
  if (json) printJson({ removed: manifest.id });
  else process.stdout.write(`${forTerminal(`${manifest.id} is removed.`)}\n`);
  return EXIT.done;
}

/** `enlarger models verify` */
export async function verifyOne(id: string, rawOptions: unknown): Promise<number> {
  const { data, json } = commonSchema.parse(rawOptions);
  const error = await openLibrary(data).verify(id);
  if (json) printJson({ model: id, verified: error === undefined, error });
  else if (error === undefined) process.stdout.write(`${forTerminal(`${id} is intact and runs.`)}\n`);
  else process.stderr.write(`${forTerminal(`${error.message} [${error.code}]`)}\n`);
  return error === undefined ? EXIT.done : EXIT.someFailed;
}
