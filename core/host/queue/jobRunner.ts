import { realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import type { BatchSpec } from '../../api/batchSpec.ts';
import { defined } from '../../api/defined.ts';
import { EnlargerError, toErrorDto, type ErrorDto } from '../../api/errors.ts';
import type { Size } from '../../api/image.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { isInside } from '../../files/isInside.ts';
import { folderError } from '../../files/outputError.ts';
import { copySidecars } from '../../image/sidecars/copySidecars.ts';
import type { OutputVolumes } from '../../files/outputVolumes.ts';
import { hashFile } from '../../files/hashFile.ts';
import { publish } from '../../files/publish.ts';
import { targetSize } from '../../api/targetSize.ts';
import type { JobPool } from '../../pool/jobPool.ts';
import type { EnlargedImage, EnlargeResult, PoolJob } from '../../pool/messages.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import { nameKeyOf } from '../../store/jobPage.ts';
import type { Store } from '../../store/store.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import type { DiskSpace } from '../../files/diskSpace.ts';
import { fileKey } from '../../files/fileKey.ts';
import { assertSameFormat } from './assertSameFormat.ts';
import { putBackReason, type FinishedImage, type JobEnd } from './jobEnd.ts';
import { hinderedEnd } from './hindrances.ts';
import { describeResult } from './describeResult.ts';
import { watchedOutcome } from './knownResult.ts';
import { sweepLeftovers, temporaryPaths } from './leftovers.ts';
import { inspectTarget } from './inspectTarget.ts';
import { keepPrivate } from './keepPrivate.ts';
import { missingPages } from './missingPages.ts';
import { Originals } from './originals.ts';
import type { ModelHashes } from './modelHashes.ts';
import { publishedReport } from '../reports/publishedReport.ts';
import { publishPages } from './publishPages.ts';
import { PERSON_PRIORITY, WATCHED_FOLDER_PRIORITY } from './priorities.ts';
import { RateLearner } from '../estimates/learnRates.ts';
import { recordDone } from './recordDone.ts';
import { Sequencer } from '../../api/sequencer.ts';

export interface JobRunnerParts {
  readonly store: Store;
  readonly pool: Pick<JobPool, 'run'>;
  readonly diskSpace: DiskSpace;
  readonly volumes: OutputVolumes;
  readonly modelHashes: ModelHashes;
  /** Makes temporary names unique among programs that run at the same time. */
  readonly runId: string;
  /** `wait`: a full disk pauses the queue; `fail`: it fails the image. */
  readonly whenDiskFull: 'wait' | 'fail';
  /** Name and version, for reports. */
  readonly program: string;
  /** Whose report is kept in the store, in addition to those that their batch requests. */
  readonly keepsReports: 'all' | 'measured' | 'none';
  /**
   * Throws unless a result is the one that was expected; it is not published then.
   *
   * @throws EnlargerError
   */
  readonly assertExpected?: (result: EnlargedImage) => void;
  /**
   * Checks before the work, and again right before publishing, that a result goes where its batch may write: folders
   * may have been swapped for links since it was planned.
   *
   * @throws EnlargerError `request/forbidden`.
   */
  readonly assertAllowed?: (spec: BatchSpec, target: string) => Promise<void>;
  /** Where a worker leaves small images of a job's result; undefined if they are not needed. */
  readonly previewPathOf?: (jobId: number) => string | undefined;
}

export interface RunHooks {
  /** Called when there is work to do, just before it begins. */
  readonly onStarted: () => void;
  readonly onProgress: (tilesDone: number, tilesTotal: number) => void;
  /** Aborted with the reason `paused` the job goes back into the queue; with any other it is cancelled. */
  readonly signal: AbortSignal;
}

/** What a signal is aborted with to put a job back instead of cancelling it. */
export const PUT_BACK = 'paused';

type TargetJob = StoredJob & Required<Pick<StoredJob, 'target' | 'format'>>;

function requireTarget(job: StoredJob): TargetJob {
  const { target, format } = job;
  if (target === undefined || format === undefined) throw new TypeError(`Job ${job.id} has no target.`);
  return { ...job, target, format };
}

/** Completes one job at a time, on the disk and in the store. */
export class JobRunner {
  readonly #parts: JobRunnerParts;
  readonly #sweptFolders = new Set<string>();
  /** In a watched folder, versions of an image are processed in order, so that an older one cannot finish last. */
  readonly #targets = new Sequencer();
  readonly #rates: RateLearner;

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
    this.#rates = new RateLearner(parts.store);
  }

  /** Does the work. Errors that a user can meet are not thrown but returned as an end, which has to be recorded. */
  run(running: StoredJob, batch: StoredBatch, hooks: RunHooks): Promise<JobEnd> {
    const job = requireTarget(running);
    const work = (): Promise<JobEnd> => this.#work(job, batch, hooks);
    const end = batch.origin === 'watched-folder' ? this.#targets.run(work, nameKeyOf(job.target)) : work();
    return end.catch((error: unknown) => this.#endOf(job, batch, toErrorDto(error), hooks.signal));
  }

  async #endOf(job: TargetJob, batch: StoredBatch, error: ErrorDto, signal: AbortSignal): Promise<JobEnd> {
    if (error.code === 'job/cancelled') {
      return signal.reason === PUT_BACK ? { kind: 'put-back', reason: 'paused' } : { kind: 'cancelled' };
    }
    const folder = path.dirname(job.target);
    const isVolumeGone = error.code.startsWith('output/') && !(await this.#parts.volumes.isThere(folder));
    if (isVolumeGone) return hinderedEnd('volume-gone', { job, batch, ...this.#parts });
    const waits = error.code === 'output/no-space' && this.#parts.whenDiskFull === 'wait';
    const isTooLarge =
      error.details?.systemCode === 'EFBIG' && (await this.#parts.diskSpace.isHopeless(folder));
    return waits && !isTooLarge
      ? hinderedEnd('disk-full', { job, batch, ...this.#parts })
      : { kind: 'failed', error };
  }

  /**
   * Writes an end into the store.
   *
   * @throws EnlargerError `output/no-space` when the store's own disk is full; it may be tried again.
   */
  record(job: StoredJob, batch: StoredBatch, end: JobEnd): void {
    const { transitions } = this.#parts.store;
    switch (end.kind) {
      case 'done':
        recordDone({ ...this.#parts, rates: this.#rates }, { job, batch }, { ...end, image: end.picture });
        return;
      case 'skipped':
      case 'failed':
      case 'cancelled':
        transitions.end(job, end);
        return;
      case 'put-back':
        transitions.putBack(job, putBackReason(end));
        return;
    }
  }

  async #work(job: TargetJob, batch: StoredBatch, hooks: RunHooks): Promise<JobEnd> {
    await this.#parts.assertAllowed?.(batch.spec, job.target);
    if (!(await this.#isVolumeThere(job, batch)))
      return hinderedEnd('volume-gone', { job, batch, ...this.#parts });
    const plan = await this.#plan(job, batch);
    const { target, source } = job;
    const { settings } = batch.spec;
    if (plan.kind === 'known') {
      const { outputPath } = plan;
      const isWhole = outputPath !== target || (await missingPages(job, settings)).length === 0;
      if (isWhole) return { kind: 'skipped', reason: 'output-exists', outputPath };
    }
    const exists = plan.kind === 'known' ? 'skip' : plan.exists;
    const isOriginal = (file: string, byContent: boolean): Promise<boolean> =>
      this.#isOriginal(job, file, byContent);
    const found = await inspectTarget({ target, source, exists, isOriginal });
    const mayLackPages = found.kind === 'there' && found.reason === 'output-exists';
    const missing = mayLackPages ? await missingPages(job, settings) : [];
    if (found.kind === 'there' && missing.length === 0)
      return { kind: 'skipped', reason: found.reason, outputPath: target };
    const folder = path.dirname(job.target);
    if (!(await this.#parts.diskSpace.hasRoom(folder)))
      return hinderedEnd('disk-full', { job, batch, ...this.#parts });
    await this.#parts.modelHashes.learn(batch.spec.settings, batch.modelsFolder);
    await this.#openFolder(folder);
    hooks.onStarted();
    const { tempPath, scratchFolder } = temporaryPaths(job.target, this.#parts.runId, job.id);
    try {
      const result = await this.#enlarge(job, batch, { tempPath, scratchFolder }, hooks);
      if (result.kind === 'large-enough') {
        this.#noteInput(job, batch, result.input);
        return { kind: 'skipped', reason: 'large-enough' };
      }
      // Anything written now would be hidden once the volume is back.
      if (!(await this.#isVolumeThere(job, batch)))
        return await hinderedEnd('volume-gone', { job, batch, ...this.#parts });
      const replaces = found.kind === 'work' ? defined({ replaces: found.replaces }) : {};
      const places = { tempPath, scratchFolder };
      return await this.#publish(job, batch, { ...places, result, exists, missing, ...replaces });
    } finally {
      // A worker that was killed could not tidy up after itself.
      await Promise.all([rm(tempPath, { force: true }), rm(scratchFolder, { recursive: true, force: true })]);
    }
  }

  /** The whole output first: a folder in it may be new, and its volume is not known then. */
  async #isVolumeThere({ target }: TargetJob, { spec }: StoredBatch): Promise<boolean> {
    const { volumes } = this.#parts;
    const { destination } = spec;
    const folder = path.dirname(target);
    const isWithin = destination.kind === 'path' && isInside(destination.path, folder);
    if (isWithin && destination.path !== folder) await volumes.isThere(destination.path);
    return volumes.isThere(folder);
  }

  /** In a watched folder, what is known of earlier results decides; otherwise the batch's own policy. */
  async #plan(job: TargetJob, batch: StoredBatch): ReturnType<typeof watchedOutcome> {
    if (batch.origin !== 'watched-folder') return { kind: 'work', exists: batch.spec.exists };
    const modelHash = await this.#parts.modelHashes.learn(batch.spec.settings, batch.modelsFolder);
    return watchedOutcome(this.#parts.store, { job, batch, modelHash });
  }

  async #enlarge(
    job: TargetJob,
    batch: StoredBatch,
    places: Pick<PoolJob, 'tempPath' | 'scratchFolder'>,
    { signal, onProgress }: RunHooks,
  ): Promise<EnlargeResult> {
    if (signal.aborted) throw new EnlargerError('job/cancelled', 'The job was cancelled.');
    const previewPath = this.#parts.previewPathOf?.(job.id);
    const work: PoolJob = {
      id: job.id,
      inputPath: job.source,
      ...places,
      outputFormat: job.format,
      settings: batch.spec.settings,
      modelsFolder: batch.modelsFolder,
      measure: batch.spec.report.measure,
      ...(previewPath !== undefined && { previewPath }),
    };
    const priority = batch.origin === 'watched-folder' ? WATCHED_FOLDER_PRIORITY : PERSON_PRIORITY;
    return this.#parts.pool.run(work, { signal, onProgress, priority });
  }

  async #isOriginal(job: TargetJob, file: string, byContent: boolean): Promise<boolean> {
    const { store } = this.#parts;
    const key = (await fileKey(file)) ?? '';
    const isInput = [path.resolve(file), await realpath(file).catch(() => file)].some((each) =>
      store.jobs.isInputOf(job.batchId, { path: each, key }),
    );
    if (isInput) return true;
    const own = { source: job.source, key: await fileKey(job.source) };
    return new Originals([own], store).has(file, byContent);
  }

  #noteInput(job: TargetJob, batch: StoredBatch, input: Size): void {
    this.#parts.store.jobs.noteSizes(job.id, input, targetSize(input, batch.spec.settings.sizing));
  }

  async #publish(job: TargetJob, batch: StoredBatch, finished: FinishedImage): Promise<JobEnd> {
    const { tempPath } = finished;
    this.#parts.assertExpected?.(finished.result);
    assertSameFormat(job, batch.spec, finished.result.input.format);
    const isOriginal = (file: string, byContent: boolean): Promise<boolean> =>
      this.#isOriginal(job, file, byContent);
    const pages = await publishPages(this.#parts, { job, batch, finished, isOriginal });
    const result = { ...finished.result, warnings: [...finished.result.warnings, ...pages] };
    const made = describeResult(job, batch.spec, result, this.#parts);
    const key = await fileKey(tempPath);
    this.#parts.store.transitions.startPublishing(job, { made, ...(key !== undefined && { fileKey: key }) });
    await keepPrivate(tempPath, job.source);
    await this.#parts.assertAllowed?.(batch.spec, job.target);
    const outputPath = await this.#giveName(job, finished);
    if (outputPath === undefined) return { kind: 'skipped', reason: 'output-exists', outputPath: job.target };
    this.#parts.volumes.noteWritten(path.dirname(job.target));
    const size = result.output;
    const sidecars =
      batch.spec.settings.metadata === 'all'
        ? await copySidecars(job.source, outputPath, { size, from: result.input, exists: finished.exists })
        : [];
    const image = { ...result, warnings: [...result.warnings, ...sidecars] };
    const done = { kind: 'done', outputPath, picture: image, made } as const;
    if (made.draft === undefined) return done;
    try {
      const published = await publishedReport(made.draft, outputPath, batch.spec);
      return { ...done, ...published };
    } catch (error) {
      // The result is published, even if its report fails.
      const { message } = toErrorDto(error);
      return { ...done, warnings: [`Its report is missing: ${message}`] };
    }
  }

  /** If only further pages were missing, the first one may exist; any other file with its name is kept. */
  async #giveName({ target }: TargetJob, finished: FinishedImage): Promise<string | undefined> {
    const { tempPath, exists, missing, replaces, result } = finished;
    if (missing.length === 0) return publish(tempPath, target, exists, defined({ replaces }));
    const isThere = (await hashFile(target).catch(() => undefined)) === result.output.sha256;
    return isThere ? target : publish(tempPath, target, 'rename');
  }

  /** Creates a folder for results; the first time, also deletes what killed runs left in it. */
  async #openFolder(folder: string): Promise<void> {
    await makeFolder(folder).catch((error: unknown) => {
      throw folderError(folder, error);
    });
    if (this.#sweptFolders.has(folder)) return;
    this.#sweptFolders.add(folder);
    await sweepLeftovers(folder);
  }
}
