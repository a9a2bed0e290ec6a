import { defined } from '../../api/defined.ts';
import { EVENTS_SCHEMA, type BatchEvent, type BatchTotals } from '../../api/events.ts';
import type { NewBatch } from '../../store/batchTable.ts';
import type { NewJob } from '../../store/jobTable.ts';
import { openMemoryStore } from '../../store/openStore.ts';
import type { Store } from '../../store/store.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import { BatchTally, endEvent, settledEvent } from './batchEvents.ts';
import { BatchReports, NO_REPORTS } from '../reports/batchReports.ts';
import type { MakeImages } from '../reports/batchReportParts.ts';
import { planRequestOf, type BatchRequest } from './batchRequest.ts';
import { DiskSpace } from '../../files/diskSpace.ts';
import { OutputVolumes } from '../../files/outputVolumes.ts';
import type { JobPool } from '../../pool/jobPool.ts';
import { JobQueue, type QueueObserver } from '../queue/jobQueue.ts';
import { JobRunner, type JobRunnerParts } from '../queue/jobRunner.ts';
import { ModelHashes } from '../queue/modelHashes.ts';
import { storedMounts } from './storedMounts.ts';
import { assertMounted } from './assertMounted.ts';
import { foreseeFailures } from './foreseeFailures.ts';
import { planBatch } from './planBatch.ts';
import { PERSON_PRIORITY } from '../queue/priorities.ts';
import { lockRun } from '../../files/runLock.ts';

export interface BatchHooks {
  readonly pool: JobPool;
  readonly onEvent: (event: BatchEvent) => void;
  /** Raised to cancel: running jobs end within one tile, no more are begun. */
  readonly signal: AbortSignal;
  readonly program: string;
  /** Keeps the batch, so that it can be resumed after a crash; without a store it cannot. */
  readonly store?: Store;
  /** Where that store is. */
  readonly dataFolder?: string;
  /** What a full disk does; `fail` by default. */
  readonly whenDiskFull?: JobRunnerParts['whenDiskFull'];
  readonly reports?: BatchReports;
  /** For an HTML report: images of earlier results. */
  readonly makeImages?: MakeImages;
  /** Called with remarks that are worth showing in addition to the events. */
  readonly onNote?: (sentence: string) => void;
  /** Throws unless a result is the one that was expected; it is not published then. */
  readonly assertExpected?: JobRunnerParts['assertExpected'];
  /** Called when work begins to wait for space in this folder. */
  readonly onDiskFull?: (folder: string) => void;
  /** Called when work begins to wait for the volume of this folder, which was unmounted. */
  readonly onVolumeGone?: (folder: string) => void;
}

/** Jobs that are loaded at once, so that a large batch is never in memory completely. */
const PAGE = 500;

function* jobsOf(store: Store, batchId: number): Generator<StoredJob> {
  for (let from = 0; ; from += PAGE) {
    const page = store.jobs.ofBatch(batchId, from, PAGE);
    yield* page;
    if (page.length === 0) return;
  }
}

/** Reports what would be done; writes nothing, not even to the store. */
function reportPlan(jobs: readonly NewJob[], tell: (event: BatchEvent) => void): void {
  jobs.forEach(({ input, target, state }, job) => {
    if (state.kind === 'queued' && target !== undefined)
      tell({ type: 'job-planned', job, input, output: target });
    else if (state.kind === 'failed') tell({ type: 'job-failed', job, input, error: state.error });
    else if (state.kind === 'skipped') {
      tell({
        type: 'job-skipped',
        job,
        input,
        ...(target !== undefined && { output: target }),
        reason: state.reason,
      });
    }
  });
}

/** A batch's hooks and everything that its work needs. */
export interface BatchWork extends BatchHooks {
  readonly store: Store;
}

/** Passes a batch's events to its hooks while it runs. */
function observerOf({ store, onEvent: tell }: BatchWork, onFinished: () => void): QueueObserver {
  const reportIfAny = (event: BatchEvent | undefined): void => {
    if (event !== undefined) tell(event);
  };
  return {
    jobStarted: ({ numberInBatch: job, input, target: output = '' }) => {
      tell({ type: 'job-started', job, input, output });
    },
    jobProgress: ({ numberInBatch: job }, tilesDone, tilesTotal) => {
      tell({ type: 'job-progress', job, tilesDone, tilesTotal });
    },
    jobEnded: (job, end) => {
      reportIfAny(endEvent(job, end));
    },
    jobsChanged: (ids) => {
      for (const job of store.jobs.getAll(ids)) reportIfAny(settledEvent(job));
    },
    batchFinished: onFinished,
  };
}

function queueFor(
  batchId: number,
  work: BatchWork & { readonly runId: string },
  observer: QueueObserver,
): JobQueue {
  const { store, pool, program, reports, whenDiskFull = 'fail' } = work;
  const parts = {
    store,
    pool,
    diskSpace: new DiskSpace(() => 0),
    runId: work.runId,
    volumes: new OutputVolumes(storedMounts(store)),
  };
  const runner = new JobRunner({
    ...{ ...parts, whenDiskFull, program },
    modelHashes: new ModelHashes(),
    keepsReports: reports?.isAsked === true ? 'all' : 'none',
    previewPathOf: (jobId) => reports?.previewPathOf(jobId),
    ...defined({ assertExpected: work.assertExpected }),
  });
  const { dataFolder = '' } = work;
  const queue: JobQueue = new JobQueue({
    ...{ ...parts, runner, dataFolder, onlyBatch: batchId },
    observer: {
      ...observer,
      hindered: ({ kind, folder }) => {
        if (kind === 'disk-full') work.onDiskFull?.(folder);
        else work.onVolumeGone?.(folder);
      },
    },
  });
  pool.listen?.({
    onCapacity: () => {
      queue.wake();
    },
  });
  return queue;
}

/** Works on one batch of a store until nothing of it is open. */
export async function workOnBatch(batchId: number, work: BatchWork): Promise<void> {
  let queue: JobQueue | undefined;
  const cancel = (): void => void queue?.cancel({ batchId });
  const lock = await lockRun();
  try {
    await new Promise<void>((resolve) => {
      queue = queueFor(batchId, { ...work, runId: lock.runId }, observerOf(work, resolve));
      work.signal.addEventListener('abort', cancel);
      if (work.signal.aborted) cancel();
      queue.start();
      if (work.store.batches.get(batchId)?.finishedAt !== undefined) resolve();
    });
  } finally {
    work.signal.removeEventListener('abort', cancel);
    await queue?.close();
    await lock.release();
  }
}

/** Adds what was planned and works on it; what ended at once is reported first. @returns The batch's number. */
async function workOnRequest(
  request: BatchRequest,
  jobs: readonly NewJob[],
  work: BatchWork,
): Promise<number> {
  const { spec, modelsFolder, failFast } = request;
  const batch: NewBatch = { origin: 'command-line', spec, modelsFolder, failFast };
  work.store.batches.supersede(batch);
  const batchId = work.store.addBatch(batch, PERSON_PRIORITY, jobs);
  for (const job of jobsOf(work.store, batchId)) {
    const event = settledEvent(job);
    if (event !== undefined) work.onEvent(event);
  }
  const stop = new AbortController();
  if (failFast && jobs.some(({ state }) => state.kind === 'failed')) stop.abort();
  await workOnBatch(batchId, { ...work, signal: AbortSignal.any([work.signal, stop.signal]) });
  return batchId;
}

/** A batch's hooks that also count its events. */
function tallyingHooks(hooks: BatchHooks, tally: BatchTally): BatchHooks {
  return {
    ...hooks,
    onEvent: (event) => {
      tally.see(event);
      hooks.onEvent(event);
    },
  };
}

/** The work to be done. */
export interface BegunBatch {
  readonly inputs: number;
  /** @returns The batch's number, if there is one. */
  readonly work: (hooks: BatchHooks) => Promise<number | undefined>;
}

/** Sends a batch's first and last event around its work, and writes its reports. */
export async function reportBatch(
  hooks: BatchHooks & { readonly store: Store },
  begin: () => Promise<BegunBatch>,
): Promise<BatchTotals> {
  const startedAt = performance.now();
  const { inputs, work } = await begin();
  const tally = new BatchTally(inputs);
  hooks.onEvent({ type: 'batch-started', schema: EVENTS_SCHEMA, program: hooks.program, inputs });
  const batchId = await work(tallyingHooks(hooks, tally));
  const { makeImages = () => Promise.resolve(undefined) } = hooks;
  const written = (await hooks.reports?.write(batchId, { ...hooks, makeImages })) ?? [];
  const { totals, outputMegapixels } = tally;
  hooks.onEvent({
    type: 'batch-finished',
    totals,
    outputMegapixels,
    elapsedMs: performance.now() - startedAt,
    ...(written.length > 0 && { reports: written }),
  });
  return totals;
}

/**
 * Enlarges everything that a request names. One bad image never ends a batch: every input ends as done, skipped,
 * failed with its reason, or cancelled, and is counted once.
 *
 * @throws EnlargerError `usage/…` if the request as a whole makes no sense, `output/…` where its reports cannot be
 * written.
 */
export async function runBatch(request: BatchRequest, hooks: BatchHooks): Promise<BatchTotals> {
  const { dryRun } = request;
  const store = hooks.store ?? openMemoryStore();
  await assertMounted(request.spec, store);
  const reports = dryRun ? undefined : await BatchReports.open(request.report ?? NO_REPORTS);
  try {
    return await reportBatch({ ...hooks, store, ...(reports && { reports }) }, async () => {
      const plan = { ...planRequestOf(request), signal: hooks.signal };
      const planned = await planBatch(plan, request.spec.exists, store);
      const { settings } = request.spec;
      const jobs = dryRun ? await foreseeFailures(planned, settings, hooks.pool) : planned;
      const work = async (withTally: BatchHooks): Promise<number | undefined> => {
        if (dryRun) reportPlan(jobs, withTally.onEvent);
        if (dryRun || jobs.length === 0) return undefined;
        return workOnRequest(request, jobs, { ...withTally, store });
      };
      return { inputs: jobs.length, work };
    });
  } finally {
    await reports?.close();
  }
}
