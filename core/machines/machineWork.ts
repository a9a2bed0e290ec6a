import { stat } from 'node:fs/promises';
import type { JobSettings } from '../api/jobSettings.ts';
import { EnlargerError, toErrorDto } from '../api/errors.ts';
import type { JobPool } from '../pool/jobPool.ts';
import type { PoolJob } from '../pool/messages.ts';
import type { JobCallbacks } from '../pool/pendingJob.ts';
import { attemptFiles } from './attemptFiles.ts';
import { outcomeSchema, type Outcome, type Refusal, type Work } from './messages.ts';
import type { Roots, RootedPath } from './roots.ts';

export interface MachineWorkParts {
  readonly roots: Roots;
  readonly pool: Pick<JobPool, 'run'>;
  readonly modelHashOf: (settings: JobSettings) => Promise<string>;
  /** Of this machine; no message names one. */
  readonly modelsFolder: string;
}

/** A reason not to begin the work. */
class RefusedWork extends Error {
  readonly reason: Refusal;

  constructor(reason: Refusal, message: string) {
    super(message);
    this.reason = reason;
  }
}

async function resolvePlace(roots: Roots, place: RootedPath): Promise<string> {
  try {
    return await roots.resolve(place);
  } catch (error) {
    if (!(error instanceof EnlargerError)) throw error;
    throw new RefusedWork(error.code === 'input/not-found' ? 'source' : 'root', error.message);
  }
}

async function findSource({ source, sourceBytes }: Work, roots: Roots): Promise<string> {
  const file = await resolvePlace(roots, source);
  const stats = await stat(file);
  if (stats.isFile() && stats.size === sourceBytes) return file;
  const message = `${source.path} has another size here: ${stats.size} bytes instead of ${sourceBytes}.`;
  throw new RefusedWork('source', message);
}

async function findFolder({ folder }: Work, roots: Roots): Promise<string> {
  const found = await resolvePlace(roots, folder);
  if ((await stat(found)).isDirectory()) return found;
  throw new RefusedWork('root', `${folder.path} is not a folder.`);
}

async function jobOf(work: Work, parts: MachineWorkParts): Promise<PoolJob> {
  const { format, measure, wantsPreview, attempt, modelHash } = work;
  // A number means a device of the coordinator.
  const device = work.settings.device === 'cpu' ? 'cpu' : 'auto';
  const settings = { ...work.settings, device };
  if ((await parts.modelHashOf(settings)) !== modelHash) {
    throw new RefusedWork('model', `The network ${settings.model} is missing here, or is another version.`);
  }
  const inputPath = await findSource(work, parts.roots);
  const { previewPath, ...files } = attemptFiles(await findFolder(work, parts.roots), attempt);
  const { modelsFolder } = parts;
  return {
    id: Number(attempt.split('-')[1]),
    ...{ inputPath, ...files, outputFormat: format, settings, modelsFolder, measure },
    ...(wantsPreview && { previewPath }),
  };
}

/** Does what a message describes and returns the outcome. Never throws. */
export async function doWork(
  work: Work,
  parts: MachineWorkParts,
  callbacks: Pick<JobCallbacks, 'onProgress' | 'signal'>,
): Promise<Outcome> {
  try {
    const job = await jobOf(work, parts);
    const result = await parts.pool.run(job, callbacks);
    // Checked at this end, too: an invalid message, which the other end would ignore, is a bug of ours.
    return outcomeSchema.parse({ kind: 'finished', result });
  } catch (error) {
    if (error instanceof RefusedWork)
      return { kind: 'refused', reason: error.reason, message: error.message };
    const { code, message, details } = toErrorDto(error);
    return { kind: 'failed', error: { code, message: message.slice(0, 2_000), ...(details && { details }) } };
  }
}
