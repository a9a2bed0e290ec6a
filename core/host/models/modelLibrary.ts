/**
 * @file Models of the program and those that people add: `modelLibrary.ts` imports, removes and verifies them, each in
 * a process that is thrown away (`runOnce.ts`). `modelNames.ts` gives them ids, `gatherFiles.ts` puts those that a
 * browser sent next to each other, `additions.ts` reports how far they are, and `modelViews.ts` shows them.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { EnlargerError, fromErrorDto, toErrorDto, type ErrorDto } from '../../api/errors.ts';
import type { AddingStep } from '../../api/views.ts';
import { defined } from '../../api/defined.ts';
import { Sequencer } from '../../api/sequencer.ts';
import { hashFile } from '../../files/hashFile.ts';
import { isInterpolationKernel } from '../../engine/interpolation.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { processRunId, stateOfRun } from '../../files/runLock.ts';
import { listForeign } from '../../foreign/readForeign.ts';
import { modelManifestSchema, type ModelManifest } from '../../models/manifest.ts';
import {
  addedModelsFolder,
  findModels,
  modelFolders,
  readModelRegistry,
  type InstalledModel,
} from '../../models/modelRegistry.ts';
import { IMPORT_STEPS, type ImportStep } from '../../pool/messages.ts';
import type { WorkerLauncher } from '../../pool/launcher.ts';
import { gatherFiles } from './gatherFiles.ts';
import { nameOfFile, newModelId } from './modelNames.ts';
import { errorSchema, PROOF_LIMIT_MS, runOnce } from './runOnce.ts';

/** What the person who adds a network states about it. */
export interface ModelFacts {
  /** For one file only; defaults to the file's own name. */
  readonly name?: string | undefined;
  readonly licence?: string | undefined;
  readonly author?: string | undefined;
  readonly source?: string | undefined;
}

/** The outcome for one file. */
export type AddOutcome =
  | { readonly file: string; readonly kind: 'added' | 'known'; readonly manifest: ModelManifest }
  | { readonly file: string; readonly kind: 'refused'; readonly error: ErrorDto };

export interface AddedModels {
  readonly outcomes: readonly AddOutcome[];
  /** Names of files in folders whose kind cannot contain a network. */
  readonly leftOut: readonly string[];
}

export interface AddOptions {
  /** Called for each file when it is done. */
  readonly onOutcome?: (outcome: AddOutcome) => void;
  /** Called with the files that are not done yet; the step is that of the first one. */
  readonly onStep?: (files: readonly string[], step: AddingStep) => void;
  readonly signal?: AbortSignal;
}

interface Running {
  readonly signal: AbortSignal | undefined;
  readonly onStep: (step: ImportStep) => void;
}

export interface ModelLibraryParts {
  /** See [Note: Folders of models]. */
  readonly modelsFolder: string;
  readonly dataFolder: string;
  readonly launch: WorkerLauncher;
  readonly limitMs?: number;
}

const importedSchema = z.object({
  type: z.literal('imported'),
  answer: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('imported'), manifest: modelManifestSchema }),
    z.object({ kind: z.literal('refused'), error: errorSchema }),
  ]),
});

const stepSchema = z.object({ type: z.literal('import-step'), step: z.enum(IMPORT_STEPS) });

const verifiedSchema = z.object({ type: z.literal('verified'), error: errorSchema.optional() });

const ADDING = '.adding-';

/** Folders of unknown imports are kept for at most this long. */
const STALE_MS = 3_600_000;

async function isStale(folder: string): Promise<boolean> {
  const { mtimeMs = Date.now() } = (await stat(folder).catch(() => undefined)) ?? {};
  return Date.now() - mtimeMs > STALE_MS;
}

/** The example images of the program, which are next to its `resources`. */
function samplesFolder(modelsPath: string): string {
  return path.resolve(modelFolders(modelsPath)[0] ?? '', '..', '..', 'examples');
}

/** The models of this machine: those of the program, and those that people add. */
export class ModelLibrary {
  readonly #parts: ModelLibraryParts;
  readonly #folder: string;
  /** One import at a time: each uses all processors. */
  readonly #imports = new Sequencer();

  constructor(parts: ModelLibraryParts) {
    this.#parts = parts;
    this.#folder = addedModelsFolder(parts.dataFolder);
  }

  list(): Promise<InstalledModel[]> {
    return readModelRegistry(this.#parts.modelsFolder);
  }

  /** @throws EnlargerError `model/not-found` */
  async get(id: string): Promise<InstalledModel> {
    const registry = await this.list();
    const found = registry.find(({ manifest }) => manifest.id === id) ?? findModels(registry, id)[0];
    if (found === undefined) throw new TypeError(`findModels found nothing for ${id} and did not throw.`);
    return found;
  }

  /**
   * Adds files, and all that folders contain. If one is refused, the others are still added.
   */
  async add(places: readonly string[], facts: ModelFacts, options: AddOptions = {}): Promise<AddedModels> {
    const leftOut: string[] = [];
    const files: string[] = [];
    for (const place of places) {
      const isFolder = (await stat(place).catch(() => undefined))?.isDirectory() === true;
      const found = isFolder ? await listForeign(place) : { candidates: [place], others: [] };
      files.push(...found.candidates);
      leftOut.push(...found.others);
    }
    if (facts.name !== undefined && files.length > 1) {
      const message = `A name can be given to one network only, and there are ${files.length}. Add them without a name.`;
      throw new EnlargerError('usage/invalid-option', message, { files: files.length });
    }
    const outcomes: AddOutcome[] = [];
    for (const file of files) {
      options.onStep?.(files.slice(outcomes.length), 'waiting');
      const outcome = await this.#imports.run(() => {
        const onStep = (step: ImportStep): void => options.onStep?.(files.slice(outcomes.length), step);
        return this.#addFile(path.resolve(file), facts, { signal: options.signal, onStep });
      });
      outcomes.push(outcome);
      options.onOutcome?.(outcome);
    }
    return { outcomes, leftOut };
  }

  /** A network that cannot be used is an outcome, not an error. */
  async #addFile(file: string, facts: ModelFacts, running: Running): Promise<AddOutcome> {
    const folder = await this.#temporaryFolder();
    try {
      if (running.signal?.aborted === true) {
        throw new EnlargerError('job/cancelled', 'Adding the network was cancelled.');
      }
      if (!existsSync(file)) throw new EnlargerError('input/not-found', `${file} does not exist.`, { file });
      const known = await this.#findKnown(file);
      if (known !== undefined) return { file, kind: 'known', manifest: known.manifest };
      await this.#clearStale();
      await makeFolder(folder);
      return { file, kind: 'added', manifest: await this.#prove(file, facts, folder, running) };
    } catch (error) {
      return { file, kind: 'refused', error: toErrorDto(error) };
    } finally {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  async #findKnown(file: string): Promise<InstalledModel | undefined> {
    // A file that cannot be opened is refused, with the reason, by the process that reads it.
    const pair = [file.replace(/\.bin$/i, '.param'), file.replace(/\.param$/i, '.bin')];
    const hashes = await Promise.all(pair.map((each) => hashFile(each).catch(() => '')));
    const registry = await this.list();
    // Many networks have exactly the same layers, so a pair is identified by both of its files.
    return registry.find(({ manifest }) =>
      manifest.origin?.files.every(({ sha256 }) => hashes.includes(sha256)),
    );
  }

  async #prove(
    file: string,
    facts: ModelFacts,
    folder: string,
    { signal, onStep }: Running,
  ): Promise<ModelManifest> {
    const registry = await this.list();
    const taken = new Set(registry.flatMap(({ manifest }) => [manifest.id, manifest.family]));
    const name = facts.name ?? nameOfFile(file);
    const id = newModelId(name, (candidate) => taken.has(candidate) || isInterpolationKernel(candidate));
    const request = {
      ...{ file, id, name, folder, threads: os.availableParallelism() },
      samplesFolder: samplesFolder(this.#parts.modelsFolder),
      ...defined({ licence: facts.licence, author: facts.author, source: facts.source }),
    };
    const { launch, limitMs = PROOF_LIMIT_MS } = this.#parts;
    const result = await runOnce({
      launch,
      message: { type: 'import', request },
      read: (message) => {
        const step = stepSchema.safeParse(message).data?.step;
        if (step !== undefined) onStep(step);
        return importedSchema.safeParse(message).data?.answer;
      },
      limitMs,
      signal,
    });
    if ('error' in result) throw fromErrorDto(result.error);
    if (result.answer.kind === 'refused') throw fromErrorDto(result.answer.error);
    await rename(folder, path.join(this.#folder, id));
    return result.answer.manifest;
  }

  /** Adds files from separate folders as if they were next to each other. */
  async addTogether(
    files: readonly string[],
    facts: ModelFacts,
    options: AddOptions = {},
  ): Promise<AddedModels> {
    await this.#clearStale();
    const folder = await this.#temporaryFolder();
    try {
      await makeFolder(folder);
      await gatherFiles(files, folder);
      return await this.add([folder], facts, options);
    } finally {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }

  /** Named after this process, so that others know whether it is in use. */
  async #temporaryFolder(): Promise<string> {
    return path.join(this.#folder, `${ADDING}${await processRunId()}-${randomBytes(6).toString('hex')}`);
  }

  async #clearStale(): Promise<void> {
    const entries = await readdir(this.#folder).catch(() => []);
    for (const name of entries.filter((entry) => entry.startsWith(ADDING))) {
      const folder = path.join(this.#folder, name);
      const [runId = ''] = name.slice(ADDING.length).split('-');
      const state = await stateOfRun(runId);
      const isLeftover = state === 'unknown' ? await isStale(folder) : state === 'gone';
      if (isLeftover) await rm(folder, { recursive: true, force: true });
    }
  }

  /** @throws EnlargerError `model/not-found`, `model/bundled` for one that comes with the program. */
  async remove(id: string): Promise<ModelManifest> {
    const { manifest, folder } = await this.get(id);
    if (path.dirname(folder) !== this.#folder || manifest.id !== id) {
      const message = `The model ${id} comes with the program and cannot be removed. Only models that were added can.`;
      throw new EnlargerError('model/bundled', message, { model: id });
    }
    await rm(folder, { recursive: true });
    return manifest;
  }

  /** Checks a model in a separate process; undefined if all is well. */
  async verify(id: string): Promise<ErrorDto | undefined> {
    const { manifest } = await this.get(id);
    const { launch, modelsFolder, limitMs = PROOF_LIMIT_MS } = this.#parts;
    const result = await runOnce({
      launch,
      message: { type: 'verify', request: { modelsFolder, id: manifest.id } },
      read: (message) => verifiedSchema.safeParse(message).data,
      limitMs,
    });
    return 'error' in result ? result.error : result.answer.error;
  }
}
