import { EVENTS_SCHEMA, type BatchEvent, type BatchTotals } from '../api/events.ts';
import { DEFAULT_REPORT_REQUEST, type BatchSpec } from '../api/batchSpec.ts';
import type { NewBatch } from '../store/batchTable.ts';
import type { NewJob } from '../store/jobTable.ts';
import { openMemoryStore } from '../store/openStore.ts';
import type { Store } from '../store/store.ts';
import type { StoredJob } from '../store/storedJob.ts';
import { BatchTally, endEvent, settledEvent } from './batchEvents.ts';
import type { BatchRequest } from './batchRequest.ts';
import { DiskSpace } from './diskSpace.ts';
import type { JobPool } from './jobPool.ts';
import { JobQueue, type QueueObserver } from './jobQueue.ts';
import { JobRunner, type JobRunnerParts } from './jobRunner.ts';
import { ModelHashes } from './modelHashes.ts';
import { planBatch } from './planBatch.ts';
import { PERSON_PRIORITY } from './priorities.ts';
import { newRunId } from './leftovers.ts';

export interface BatchHooks {
  readonly pool: JobPool;
  readonly onEvent: (event: BatchEvent) => void;
  /** Raised to cancel: running jobs end within one tile, no more are begun. */
  readonly signal: AbortSignal;
  readonly program: string;
  /** Where the batch is written down, so that it can be gone on with after a crash; without one it cannot. */
  readonly store?: Store;
  readonly devices?: JobRunnerParts['devices'];
  /** What a full disk does; `fail` where nothing is said. */
  readonly whenDiskFull?: JobRunnerParts['whenDiskFull'];
}

/** Jobs that are looked at together, so that a batch of any size is never held whole. */
const PAGE = 500;

function* jobsOf(store: Store, batchId: number): Generator<StoredJob> {
  for (let from = 0; ; from += PAGE) {
    const page = store.jobs.ofBatch(batchId, from, PAGE);
    yield* page;
    if (page.length === 0) return;
  }
}

export function specOf(request: BatchRequest): BatchSpec {
  const { inputs, output, settings, exists, nameTemplate, recursive, include, exclude } = request;
  return {
    sources: inputs.map((path) => ({ kind: 'path', path })),
    destination: { kind: 'path', path: output },
    ...{ settings, exists, nameTemplate, recursive },
    include: [...include],
    exclude: [...exclude],
    report: DEFAULT_REPORT_REQUEST,
  };
}

/** Says what would be done; nothing is written, not even into the store. */
function tellPlan(jobs: readonly NewJob[], tell: (event: BatchEvent) => void): void {
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

interface BatchWork extends BatchHooks {
  readonly store: Store;
  readonly threads: number;
}

/** Tells a batch's events to its hooks while it is worked on. */
function observerOf({ store, onEvent: tell }: BatchWork, onFinished: () => void): QueueObserver {
  const tellIfAny = (event: BatchEvent | undefined): void => {
    if (event !== undefined) tell(event);
  };
  return {
    jobStarted: ({ number: job, input, target: output = '' }) => {
      tell({ type: 'job-started', job, input, output });
    },
    jobProgress: ({ number: job }, tilesDone, tilesTotal) => {
      tell({ type: 'job-progress', job, tilesDone, tilesTotal });
    },
    jobEnded: (job, end) => {
      tellIfAny(endEvent(job, end));
    },
    jobsChanged: (ids) => {
      for (const job of store.jobs.getAll(ids)) tellIfAny(settledEvent(job));
    },
    batchFinished: onFinished,
  };
}

function queueFor(batchId: number, work: BatchWork, observer: QueueObserver): JobQueue {
  const { store, pool, devices, threads, whenDiskFull = 'fail' } = work;
  const parts = { store, pool, diskSpace: new DiskSpace(() => 0), runId: newRunId() };
  const runner = new JobRunner({
    ...parts,
    ...{ devices, threads, whenDiskFull },
    modelHashes: new ModelHashes(),
  });
  return new JobQueue({ ...parts, runner, observer, dataFolder: '', onlyBatch: batchId });
}

/** Works on one batch of a store until nothing of it is open. */
async function workOnBatch(batchId: number, work: BatchWork): Promise<void> {
  let queue: JobQueue | undefined;
  const cancel = (): void => void queue?.cancel({ batchId });
  try {
    await new Promise<void>((resolve) => {
      queue = queueFor(batchId, work, observerOf(work, resolve));
      work.signal.addEventListener('abort', cancel);
      if (work.signal.aborted) cancel();
      queue.start();
      if (work.store.batches.get(batchId)?.finishedAt !== undefined) resolve();
    });
  } finally {
    work.signal.removeEventListener('abort', cancel);
    await queue?.close();
  }
}

/** Adds a request to a store as a batch; an unfinished one of the very same words ends by this. */
function storeBatch(store: Store, batch: NewBatch, jobs: readonly NewJob[]): number {
  for (const old of store.batches.unfinishedLike(batch)) {
    store.transitions.cancelWaiting({ batchId: old });
    store.batches.settle(old);
  }
  return store.addBatch(batch, PERSON_PRIORITY, jobs);
}

/** Adds what was planned and works on it; what ended at once is told first. */
async function workOnRequest(request: BatchRequest, jobs: readonly NewJob[], work: BatchWork): Promise<void> {
  const { modelsFolder, failFast } = request;
  const spec = specOf(request);
  const batchId = storeBatch(work.store, { origin: 'command-line', spec, modelsFolder, failFast }, jobs);
  for (const job of jobsOf(work.store, batchId)) {
    const event = settledEvent(job);
    if (event !== undefined) work.onEvent(event);
  }
  const stop = new AbortController();
  if (failFast && jobs.some(({ state }) => state.kind === 'failed')) stop.abort();
  await workOnBatch(batchId, { ...work, signal: AbortSignal.any([work.signal, stop.signal]) });
}

/** Tells a batch's first and last event around its work. */
async function tellBatch(
  hooks: BatchHooks,
  begin: () => Promise<{ readonly inputs: number; readonly work: (hooks: BatchHooks) => Promise<void> }>,
): Promise<BatchTotals> {
  const startedAt = performance.now();
  const { inputs, work } = await begin();
  const tally = new BatchTally(inputs);
  hooks.onEvent({ type: 'batch-started', schema: EVENTS_SCHEMA, program: hooks.program, inputs });
  const onEvent = (event: BatchEvent): void => {
    tally.see(event);
    hooks.onEvent(event);
  };
  await work({ ...hooks, onEvent });
  const { totals, outputMegapixels } = tally;
  const elapsedMs = performance.now() - startedAt;
  hooks.onEvent({ type: 'batch-finished', totals, outputMegapixels, elapsedMs });
  return totals;
}

/**
 * Enlarges everything that a request names. One bad picture never ends a batch: every input ends as done, skipped,
 * failed with its reason, or cancelled, and is counted once.
 *
 * @throws EnhancerError `usage/…` where the request as a whole makes no sense.
 */
export function runBatch(request: BatchRequest, hooks: BatchHooks): Promise<BatchTotals> {
  return tellBatch(hooks, async () => {
    const output = { kind: 'path', path: request.output } as const;
    const jobs = await planBatch({ ...request, output }, request.exists);
    const work = async (withTally: BatchHooks): Promise<void> => {
      if (request.dryRun) tellPlan(jobs, withTally.onEvent);
      else if (jobs.length > 0) await workOnRequest(request, jobs, workOf(withTally, request.threads));
    };
    return { inputs: jobs.length, work };
  });
}

function workOf(hooks: BatchHooks, threads: number): BatchWork {
  return { ...hooks, threads, store: hooks.store ?? openMemoryStore() };
}

/** Goes on with an unfinished batch of a store: only what is still open is told and counted. */
export function resumeBatch(
  batchId: number,
  { threads, ...hooks }: BatchHooks & { readonly store: Store; readonly threads: number },
): Promise<BatchTotals> {
  return tellBatch(hooks, () => {
    hooks.store.transitions.retry({ batchId }, ['cancelled']);
    hooks.store.batches.resume(batchId);
    hooks.store.batches.settle(batchId);
    const inputs = hooks.store.jobs.counts(batchId).queued;
    return Promise.resolve({
      inputs,
      work: (tallied) => workOnBatch(batchId, { ...hooks, ...tallied, threads }),
    });
  });
}
