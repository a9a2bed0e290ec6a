import { rm, stat } from 'node:fs/promises';
import { defined } from '../../api/defined.ts';
import { numberedName, publish } from '../../files/publish.ts';
import { copySidecars } from '../../image/sidecars/copySidecars.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import type { AttemptPaths, FinishedFile, InterruptedJob } from '../../store/jobTransitions.ts';
import type { Store } from '../../store/store.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import { fileKey, fileVersion } from '../../files/fileKey.ts';
import { hashFile } from '../../files/hashFile.ts';
import type { JobRunnerParts } from './jobRunner.ts';
import { keepPrivate } from './keepPrivate.ts';
import { resultAt } from './knownResult.ts';
import type { ModelHashes } from './modelHashes.ts';
import { publishedReport } from '../reports/publishedReport.ts';
import { recordDone, type RecordedResult } from './recordDone.ts';

/** How many numbered names are searched for a result whose name was taken. */
const MAX_NUMBERED = 10_000;

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Whether a file is the one that was finished: the same file, or at least the same bytes. */
async function isFinishedFile(file: string, finished: FinishedFile): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  if (stats?.isFile() !== true || stats.size !== finished.made.output.sizeBytes) return false;
  if (finished.fileKey !== undefined && (await fileKey(file)) === finished.fileKey) return true;
  return (await hashFile(file)) === finished.made.output.sha256;
}

/** Where the finished file was published: at the target, or under a numbered name next to it. */
async function findPublished(target: string, finished: FinishedFile): Promise<string | undefined> {
  if (await isFinishedFile(target, finished)) return target;
  for (let number = 2; number < MAX_NUMBERED; number++) {
    const candidate = numberedName(target, number);
    if (!(await isThere(candidate))) return undefined;
    if (await isFinishedFile(candidate, finished)) return candidate;
  }
  return undefined;
}

export async function removeAttempt({ tempPath, scratchFolder }: AttemptPaths): Promise<void> {
  await rm(tempPath, { force: true });
  await rm(scratchFolder, { recursive: true, force: true });
}

/**
 * The version of an earlier result of this source at the target; undefined if the file there belongs to another source, was changed,
 * or is not a result.
 */
async function versionOfOwnResult(target: string, source: string, store: Store): Promise<string | undefined> {
  const version = await fileVersion(target);
  if (version === undefined) return undefined;
  const previous = await resultAt(store, target);
  if (previous?.source !== undefined && previous.source !== source) return undefined;
  return store.results.isOwnOutput(await hashFile(target).catch(() => '')) ? version : undefined;
}

/** Finds the finished result, or gives it its name now. @returns Where it is; undefined if it has to be enlarged again. */
async function finishPublishing(
  { job, attempt }: InterruptedJob,
  { spec }: StoredBatch,
  { store, assertAllowed }: RecoveryParts,
): Promise<string | undefined> {
  const { finished, tempPath } = attempt;
  const { target, source } = job;
  if (finished === undefined || target === undefined) return undefined;
  const published = await findPublished(target, finished);
  if (published !== undefined || !(await isFinishedFile(tempPath, finished))) return published;
  try {
    await keepPrivate(tempPath, source);
    const replaces = await versionOfOwnResult(target, source, store);
    await assertAllowed?.(spec, target);
    return await publish(tempPath, target, spec.exists, defined({ replaces }));
  } catch {
    // A file that cannot be published is enlarged again; if that fails too, the user sees the error.
    return undefined;
  }
}

/** Adds what is still missing next to a result that has its name: its sidecars. @returns What could not be kept. */
async function finishSidecars(
  { source }: StoredJob,
  { spec }: StoredBatch,
  { made, outputPath }: Pick<RecordedResult, 'made' | 'outputPath'>,
): Promise<string[]> {
  if (spec.settings.metadata !== 'all') return [];
  return copySidecars(source, outputPath, { size: made.output, from: made.input, exists: spec.exists });
}

async function recoverJob(interrupted: InterruptedJob, parts: RecoveryParts): Promise<void> {
  const { store, modelHashes } = parts;
  const { job, attempt } = interrupted;
  const batch = store.batches.get(job.batchId);
  if (batch === undefined) throw new TypeError(`Job ${job.id} belongs to no batch.`);
  const outputPath =
    job.state.kind === 'publishing' ? await finishPublishing(interrupted, batch, parts) : undefined;
  await removeAttempt(attempt);
  if (outputPath === undefined || attempt.finished === undefined) {
    store.transitions.putBack(job, 'interrupted');
    return;
  }
  await modelHashes.learn(batch.spec.settings, batch.modelsFolder);
  const { made } = attempt.finished;
  // The report is missing then, as anyone can see; the result is there.
  const published =
    made.draft && (await publishedReport(made.draft, outputPath, batch.spec).catch(() => undefined));
  const warnings = await finishSidecars(job, batch, { made, outputPath });
  const report = published && { report: published.report };
  recordDone(parts, { job, batch }, { made, outputPath, warnings, ...report });
}

export interface RecoveryParts extends Pick<JobRunnerParts, 'assertAllowed'> {
  readonly store: Store;
  readonly modelHashes: ModelHashes;
}

export interface Recovery {
  /** Jobs that were under way when the program ended suddenly. */
  readonly interrupted: number;
  /** A worker that briefly outlived its parent may write another file: checked again when the program ends. */
  readonly attempts: readonly AttemptPaths[];
}

/**
 * Brings the store and the disk together after a crash. A job that was running is run again. One that was about
 * to get its name is done if its file has it, gets it if its file is complete, and is enlarged again otherwise. Only
 * temporary files of these attempts are deleted.
 */
export async function recover(parts: RecoveryParts): Promise<Recovery> {
  const { store } = parts;
  const interrupted = store.transitions.interrupted();
  for (const each of interrupted) await recoverJob(each, parts);
  const batchIds = store.batches.of(interrupted.map(({ job }) => job.id));
  for (const batchId of batchIds) store.batches.settle(batchId);
  return { interrupted: interrupted.length, attempts: interrupted.map(({ attempt }) => attempt) };
}
