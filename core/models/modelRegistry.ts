/**
 * @file Networks on disk; the room in the order of a model's life. `manifest.ts` describes it,
 * `modelRegistry.ts` finds it (`registryCache.ts` only once) and reads its weights (`blendFiles.ts` and
 * `scaleResidual.ts` change them for a strength), and `autoFamilies.ts` names the families for `auto`.
 * `proveManifest.ts` compares a manifest with its file (`onnxFile.ts`), by counting weights and arithmetic
 * (`countNetwork.ts`, `convolutions.ts`) and following pixels (`receptiveField.ts`).
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { EnlargerError } from '../api/errors.ts';
import { blendFiles } from './blendFiles.ts';
import { modelManifestSchema, type ModelFile, type ModelManifest } from './manifest.ts';
import { scaleResidual } from './scaleResidual.ts';

/** A network on disk: its manifest and the folder that contains its weights. */
export interface InstalledModel {
  readonly manifest: ModelManifest;
  readonly folder: string;
  /** How the weights are changed when they are read. */
  readonly blend?: Blend;
}

/** How a network is weakened. */
export interface Blend {
  /** Share of the network, 0…1; the rest is the faithful one's, or interpolation. */
  readonly strength: number;
  /** A network of the same form to mix with; without one, what the network adds to interpolation is scaled. */
  readonly faithful?: InstalledModel;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function invalidManifest(file: string, reason: string, cause?: unknown): EnlargerError {
  const message = `${file} is not a model manifest: ${reason}`;
  return new EnlargerError('model/invalid-manifest', message, { file }, { cause });
}

async function readManifest(folder: string): Promise<InstalledModel> {
  const file = path.join(folder, 'manifest.json');
  let content: unknown;
  try {
    content = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    if (isMissing(error)) {
      throw new EnlargerError('model/file-missing', `${file} is missing.`, { file }, { cause: error });
    }
    throw invalidManifest(file, error instanceof Error ? error.message : String(error), error);
  }
  const parsed = modelManifestSchema.safeParse(content);
  if (!parsed.success) throw invalidManifest(file, z.prettifyError(parsed.error));
  if (parsed.data.id !== path.basename(folder)) {
    throw invalidManifest(file, `its id "${parsed.data.id}" differs from its folder's name`);
  }
  return { manifest: parsed.data, folder };
}

/** Folder of the models that people added, inside the program's data folder. */
export function addedModelsFolder(dataFolder: string): string {
  return path.join(dataFolder, 'models');
}

/**
 * [Note: Folders of models] Models are looked for in several folders, and their list is a single string, as in PATH: the
 * program's own models, then those that people added.
 */
export function modelsPath(bundled: string, dataFolder: string): string {
  const added = addedModelsFolder(dataFolder);
  return modelFolders(bundled).includes(added) ? bundled : [bundled, added].join(path.delimiter);
}

/** The folders in such a list. A folder whose name contains the separator is still one folder. */
export function modelFolders(modelsPath: string): string[] {
  return existsSync(modelsPath) ? [modelsPath] : modelsPath.split(path.delimiter);
}

/** Models that people added; a damaged one is skipped, and the others stay usable. */
async function readAdded(folder: string): Promise<InstalledModel[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
  const read = await Promise.allSettled(
    names.toSorted().map((name) => readManifest(path.join(folder, name))),
  );
  return read.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
}

/**
 * Reads every model, sorted by id within its folder.
 *
 * @param modelsFolder One folder, or a list of them, see [Note: Folders of models]. The first one's models come first
 *   and keep their ids.
 * @throws EnlargerError `model/not-found` when the first folder is missing or contains no model, `model/invalid-manifest`.
 */
export async function readModelRegistry(modelsFolder: string): Promise<InstalledModel[]> {
  const [first = modelsFolder, ...others] = modelFolders(modelsFolder);
  const registry = await readBundled(first);
  for (const folder of others) {
    const taken = new Set(registry.flatMap(({ manifest }) => [manifest.id, manifest.family]));
    registry.push(...(await readAdded(folder)).filter(({ manifest }) => !taken.has(manifest.id)));
  }
  return registry;
}

async function readBundled(modelsFolder: string): Promise<InstalledModel[]> {
  const entries = await readdir(modelsFolder, { withFileTypes: true }).catch((error: unknown) => {
    const message = `The models folder ${modelsFolder} cannot be read.`;
    throw new EnlargerError('model/not-found', message, { folder: modelsFolder }, { cause: error });
  });
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  if (folders.length === 0) {
    throw new EnlargerError('model/not-found', `There is no model in ${modelsFolder}.`, {
      folder: modelsFolder,
    });
  }
  const names = folders.map((entry) => entry.name).sort();
  return Promise.all(names.map((name) => readManifest(path.join(modelsFolder, name))));
}

/**
 * Finds the networks that a name stands for: one network by its id, or a whole family.
 *
 * @returns One network per native scale, the smallest scale first.
 * @throws EnlargerError `model/not-found`, which lists the installed ones.
 */
export function findModels(registry: readonly InstalledModel[], name: string): InstalledModel[] {
  const byId = registry.filter((model) => model.manifest.id === name);
  const found = byId.length > 0 ? byId : registry.filter((model) => model.manifest.family === name);
  if (found.length === 0) {
    const names = [...new Set(registry.flatMap(({ manifest }) => [manifest.family, manifest.id]))].sort();
    throw new EnlargerError(
      'model/not-found',
      `There is no model called "${name}". Installed: ${names.join(', ')}.`,
      { name },
    );
  }
  return found.sort((a, b) => a.manifest.scale - b.manifest.scale);
}

/**
 * Finds a network that keeps the size, to run before one that enlarges.
 *
 * @throws EnlargerError `model/not-found`, `usage/invalid-option` for a network that enlarges.
 */
export function findCleaner(registry: readonly InstalledModel[], name: string): InstalledModel {
  const [found] = findModels(registry, name);
  if (found?.manifest.scale === 1) return found;
  const scale = found?.manifest.scale ?? 0;
  const message = `The model ${name} enlarges ${scale} times. Only models that leave the size as it is can run first.`;
  throw new EnlargerError('usage/invalid-option', message, { model: name, scale });
}

/**
 * A network at a strength: mixed, weight by weight, with the faithful network that its manifest names, or with its
 * residual scaled.
 *
 * @param strength 0…1; 1 is the network as it is.
 * @throws EnlargerError `usage/invalid-option` if the network has no such companion, `model/not-found`.
 */
export function atStrength(
  registry: readonly InstalledModel[],
  model: InstalledModel,
  strength: number,
): InstalledModel {
  if (strength === 1) return model;
  const { id, faithful: companion, residual } = model.manifest;
  if (residual !== undefined) return { ...model, blend: { strength } };
  if (companion === undefined) {
    const message = `The model ${id} has no strength; only models that invent detail, such as photo, have one.`;
    throw new EnlargerError('usage/invalid-option', message, { model: id, strength });
  }
  const faithful = registry.find(({ manifest }) => manifest.id === companion);
  if (faithful === undefined) {
    const message = `The model ${id} at strength ${strength} also needs the model ${companion}, which is not installed.`;
    throw new EnlargerError('model/not-found', message, { model: id, companion });
  }
  return { ...model, blend: { faithful, strength } };
}

async function readProven(model: InstalledModel, entry: ModelFile): Promise<Uint8Array> {
  const file = path.join(model.folder, entry.path);
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new EnlargerError(
      'model/file-missing',
      `The weights ${file} cannot be read.`,
      { file },
      { cause: error },
    );
  });
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (bytes.length !== entry.sizeBytes || sha256 !== entry.sha256) {
    throw new EnlargerError(
      'model/file-damaged',
      `The weights ${file} are damaged: ${bytes.length} bytes with SHA-256 ${sha256}, ` +
        `but the manifest lists ${entry.sizeBytes} bytes with ${entry.sha256}. Install the program again.`,
      { file, sha256, expectedSha256: entry.sha256 },
    );
  }
  return bytes;
}

/** Whether a model has files for an engine. */
export function hasWeights({ manifest }: InstalledModel, engine: string): boolean {
  return manifest.files.some((file) => file.engine === engine);
}

/** Whether an engine can try a model: TensorFlow.js converts the networks that people added while it loads them. */
export function isRunnable(model: InstalledModel, engine: string): boolean {
  return hasWeights(model, engine) || (engine === 'tensorflow' && model.manifest.origin !== undefined);
}

/**
 * Reads a model's files for one engine and proves each by its checksum; with a blend, mixes them afterwards.
 *
 * @returns The bytes by file name, in the manifest's order: at least one.
 * @throws EnlargerError `model/file-missing` or `model/file-damaged`, naming the file.
 */
export async function readModelFiles(
  model: InstalledModel,
  engine: ModelFile['engine'],
): Promise<ReadonlyMap<string, Uint8Array>> {
  const entries = model.manifest.files.filter((file) => file.engine === engine);
  if (entries.length === 0) {
    const message = `The model ${model.manifest.id} has no weights for the engine "${engine}".`;
    throw new EnlargerError('model/file-missing', message, { model: model.manifest.id, engine });
  }
  const files = new Map<string, Uint8Array>();
  for (const entry of entries) files.set(entry.path, await readProven(model, entry));
  if (model.blend === undefined) return files;
  const { faithful, strength } = model.blend;
  if (faithful !== undefined) return blendFiles(files, await readModelFiles(faithful, engine), strength);
  return scaleResidual(files, model.manifest.residual ?? [], strength);
}
