import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { JobSettings } from '../api/jobSettings.ts';
import type { PoolJob } from '../pool/messages.ts';
import { PROTOCOL, type Work } from './messages.ts';
import type { Roots } from './roots.ts';

/** A job that another machine can do: its message, except for the fields that differ between attempts. */
export interface SharedWork {
  readonly work: Omit<Work, 'attempt' | 'coordinator'>;
  /** Equal for the same source, settings and networks; identifies a result after a restart. */
  readonly workKey: string;
  /** Of the run and the job, for names of attempts. */
  readonly attemptPrefix: string;
}

export interface SharedWorkParts {
  readonly roots: Roots;
  /** Combined checksum of the weights that settings name. */
  readonly modelHashOf: (settings: JobSettings, modelsFolder: string) => Promise<string>;
}

const TEMPORARY_NAME = /^\.enlarger-([0-9a-f]{8}-\d{1,15})\.part$/;

/** Prepares a job for other machines; undefined if its files are not below a root. */
export async function sharedWorkOf(
  job: PoolJob,
  { roots, modelHashOf }: SharedWorkParts,
): Promise<SharedWork | undefined> {
  const [, attemptPrefix] = TEMPORARY_NAME.exec(path.basename(job.tempPath)) ?? [];
  if (attemptPrefix === undefined) return undefined;
  const [source, folder, stats] = await Promise.all([
    roots.locate(job.inputPath),
    roots.locate(path.dirname(job.tempPath)),
    stat(job.inputPath).catch(() => undefined),
  ]);
  if (source === undefined || folder === undefined || stats === undefined) return undefined;
  const work = {
    protocol: PROTOCOL,
    source,
    sourceBytes: stats.size,
    folder,
    format: job.outputFormat,
    settings: job.settings,
    modelHash: await modelHashOf(job.settings, job.modelsFolder),
    measure: job.measure === true,
    wantsPreview: job.previewPath !== undefined,
  } as const;
  const workKey = createHash('sha256')
    .update(JSON.stringify([work, stats.mtimeMs]))
    .digest('hex');
  return { work, workKey, attemptPrefix };
}
