import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { EVENTS_SCHEMA, type BatchEvent, type BatchTotals, type SkipReason } from '../api/events.ts';
import { EnhancerError, fromErrorDto, toErrorDto, type ErrorDto } from '../api/errors.ts';
import { outputError } from '../image/outputError.ts';
import { existingKind, publish } from '../image/publish.ts';
import type { EnhancedPicture } from '../pool/messages.ts';
import type { WorkerPool } from '../pool/workerPool.ts';
import { BatchReports, NO_REPORTS } from './batchReports.ts';
import type { BatchRequest } from './batchRequest.ts';
import { sweepLeftovers, temporaryPaths } from './leftovers.ts';
import { planTargets, type PlannedJob } from './planTargets.ts';

type TargetJob = Extract<PlannedJob, { kind: 'planned' }>;

export interface BatchHooks {
  readonly pool: WorkerPool;
  readonly onEvent: (event: BatchEvent) => void;
  /** Raised to cancel: running jobs end within one tile, no more are begun. */
  readonly signal: AbortSignal;
  readonly program: string;
}

/** Files by device and inode: the same file has the same key under every name, link and spelling. */
async function fileKey(file: string): Promise<string | undefined> {
  const stats = await stat(file, { bigint: true }).catch(() => undefined);
  return stats && `${stats.dev}:${stats.ino}`;
}

async function fileKeys(jobs: readonly PlannedJob[]): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const job of jobs) {
    // Inputs that cannot be read are protected, too; only what this batch makes itself may be made again.
    const isOwnResult = job.kind === 'left-alone' && job.reason === 'own-result';
    const key = isOwnResult ? undefined : await fileKey(job.input);
    if (key !== undefined) keys.add(key);
  }
  return keys;
}

/** Runs one batch; made anew for each. */
class BatchRun {
  readonly #request: BatchRequest;
  readonly #hooks: BatchHooks;
  readonly #reports: BatchReports;
  readonly #inputKeys: ReadonlySet<string>;
  /** Makes temporary names unique among programs that run at the same time. */
  readonly #runId = randomBytes(4).toString('hex');
  readonly #sweptFolders = new Set<string>();
  readonly #stop = new AbortController();
  readonly totals: { -readonly [Key in keyof BatchTotals]: number };
  outputMegapixels = 0;

  constructor(
    request: BatchRequest,
    hooks: BatchHooks,
    reports: BatchReports,
    { inputKeys, inputs }: { readonly inputKeys: ReadonlySet<string>; readonly inputs: number },
  ) {
    this.#request = request;
    this.#hooks = hooks;
    this.#reports = reports;
    this.#inputKeys = inputKeys;
    this.totals = { inputs, done: 0, skipped: 0, failed: 0, cancelled: 0, planned: 0 };
    // Every job under way listens, and there may be dozens: no leak that Node has to warn of.
    setMaxListeners(0, this.#stop.signal);
    hooks.signal.addEventListener('abort', () => {
      this.#stop.abort();
    });
    if (hooks.signal.aborted) this.#stop.abort();
  }

  /** Brings one input to its end; never throws. */
  async runJob(job: PlannedJob): Promise<void> {
    try {
      if (this.#stop.signal.aborted) throw new EnhancerError('job/cancelled', 'The job was cancelled.');
      if (job.kind === 'failed') throw fromErrorDto(job.error);
      if (job.kind === 'left-alone') this.#skip(job, job.reason);
      else if (!(await this.#settleWithoutWork(job))) await this.#enhance(job);
    } catch (error) {
      this.#end(job, toErrorDto(error));
    }
  }

  #end(job: PlannedJob, error: ErrorDto): void {
    if (error.code === 'job/cancelled') {
      this.totals.cancelled++;
      this.#hooks.onEvent({ type: 'job-cancelled', job: job.id, input: job.input });
      return;
    }
    this.totals.failed++;
    this.#reports.addFailure(job.input, error);
    this.#hooks.onEvent({ type: 'job-failed', job: job.id, input: job.input, error });
    if (this.#request.failFast) this.#stop.abort();
  }

  #skip(job: PlannedJob, reason: SkipReason): void {
    this.totals.skipped++;
    const output = job.kind === 'planned' ? { output: job.target } : {};
    this.#hooks.onEvent({ type: 'job-skipped', job: job.id, input: job.input, ...output, reason });
  }

  #plan(job: TargetJob): void {
    this.totals.planned++;
    this.#hooks.onEvent({ type: 'job-planned', job: job.id, input: job.input, output: job.target });
  }

  /** Ends a job that needs no worker: its result is there, or only a plan was asked for. */
  async #settleWithoutWork(job: TargetJob): Promise<boolean> {
    const { exists, dryRun } = this.#request;
    const found = await existingKind(job.target);
    const key = found === 'nothing' ? undefined : await fileKey(job.target);
    if (key !== undefined && this.#inputKeys.has(key)) {
      const message = `${job.target} is one of the inputs; inputs are never written. Choose another output.`;
      throw new EnhancerError('output/is-an-input', message, { file: job.target });
    }
    if (found === 'folder' || (found === 'other' && exists === 'overwrite')) {
      const message = `${job.target} is not a file, so no picture can be put there.`;
      throw new EnhancerError('output/is-a-directory', message, { file: job.target });
    }
    if (found !== 'nothing' && exists === 'error') {
      throw new EnhancerError('output/exists', `${job.target} is there already.`, { file: job.target });
    }
    if (found !== 'nothing' && exists === 'skip') this.#skip(job, 'output-exists');
    else if (dryRun) this.#plan(job);
    else return false;
    return true;
  }

  /** Makes a folder for results, and the first time tidies up what killed runs left in it. */
  async #openFolder(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw outputError(folder, error);
    });
    if (this.#sweptFolders.has(folder)) return;
    this.#sweptFolders.add(folder);
    await sweepLeftovers(folder);
  }

  async #enhance(job: TargetJob): Promise<void> {
    await this.#openFolder(path.dirname(job.target));
    const { tempPath, scratchFolder } = temporaryPaths(job.target, this.#runId, job.id);
    this.#hooks.onEvent({ type: 'job-started', job: job.id, input: job.input, output: job.target });
    try {
      const { settings, modelsFolder, threads } = this.#request;
      const result = await this.#hooks.pool.run(
        {
          id: job.id,
          inputPath: job.input,
          tempPath,
          scratchFolder,
          outputFormat: job.format,
          settings,
          modelsFolder,
          threads,
          ...this.#reports.wishesFor(job.id),
        },
        {
          signal: this.#stop.signal,
          onProgress: (tilesDone, tilesTotal) => {
            this.#hooks.onEvent({ type: 'job-progress', job: job.id, tilesDone, tilesTotal });
          },
        },
      );
      if (result.kind === 'large-enough') this.#skip(job, 'large-enough');
      else await this.#publish(job, tempPath, result);
    } finally {
      // A worker that was killed could not tidy up after itself.
      await rm(tempPath, { force: true });
      await rm(scratchFolder, { recursive: true, force: true });
    }
  }

  async #publish(job: TargetJob, tempPath: string, result: EnhancedPicture): Promise<void> {
    const output = await publish(tempPath, job.target, this.#request.exists);
    if (output === undefined) {
      this.#skip(job, 'output-exists');
      return;
    }
    const report = await this.#reports.add(job.id, {
      inputPath: job.input,
      outputPath: output,
      enhanced: result,
    });
    const { input: inputPicture, output: outputPicture, models, device, tiles, repairedTiles } = result;
    const { times, quality } = result;
    this.totals.done++;
    this.outputMegapixels += (outputPicture.width * outputPicture.height) / 1e6;
    this.#hooks.onEvent({
      type: 'job-done',
      job: job.id,
      input: job.input,
      output,
      ...{ inputPicture, outputPicture, device, tiles, repairedTiles, times },
      models: [...models],
      warnings: [...result.warnings],
      ...(quality && { quality }),
      ...(report !== undefined && { report }),
    });
  }
}

/** Works through a list with at most so many items under way at once, in order. */
async function forEachLimited<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const runner = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: limit }, runner));
}

/**
 * Enlarges everything that a request names. One bad picture never ends a batch: every input ends as done, skipped,
 * failed with its reason, or cancelled, and is counted once.
 *
 * @throws EnhancerError `usage/…` where the request as a whole makes no sense.
 */
export async function runBatch(request: BatchRequest, hooks: BatchHooks): Promise<BatchTotals> {
  const startedAt = performance.now();
  const jobs = await planTargets(request);
  const { program } = hooks;
  const reports = await BatchReports.open(request.report ?? NO_REPORTS, {
    settings: request.settings,
    program,
  });
  try {
    hooks.onEvent({ type: 'batch-started', schema: EVENTS_SCHEMA, program, inputs: jobs.length });
    const run = new BatchRun(request, hooks, reports, {
      inputKeys: await fileKeys(jobs),
      inputs: jobs.length,
    });
    await forEachLimited(jobs, hooks.pool.capacity, (job) => run.runJob(job));
    const { totals, outputMegapixels } = run;
    const written = request.dryRun ? [] : await reports.write();
    hooks.onEvent({
      type: 'batch-finished',
      totals,
      outputMegapixels,
      elapsedMs: performance.now() - startedAt,
      ...(written.length > 0 && { reports: written }),
    });
    return totals;
  } finally {
    await reports.close();
  }
}
