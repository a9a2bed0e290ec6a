import type { EnlargerApi, EnlargerHost } from '../api/contract.ts';
import type { Size } from '../api/image.ts';
import type { SourceResolver } from '../api/sourceResolver.ts';
import { imagesFromFiles } from './reports/batchReportParts.ts';
import { bindApi } from './bindApi.ts';
import { DiskSpace } from '../files/diskSpace.ts';
import { OutputVolumes } from '../files/outputVolumes.ts';
import { EventHub } from './eventHub.ts';
import { clearExports } from './reports/exportsFolder.ts';
import type { HostContext } from './hostContext.ts';
import type { HostParts } from './hostParts.ts';
import { JobQueue, type QueueObserver } from './queue/jobQueue.ts';
import { JobRunner, type JobRunnerParts } from './queue/jobRunner.ts';
import { targetSize } from '../api/targetSize.ts';
import { batchView, jobView, type LiveJobs } from './queue/jobViews.ts';
import type { Store } from '../store/store.ts';
import type { StoredJob } from '../store/storedJob.ts';
import { lockRun } from '../files/runLock.ts';
import { openIpcServer, type IpcServer } from './owner/ipcServer.ts';
import { SNAPSHOT_EVERY_MS, takeSnapshotIfDue } from '../store/snapshots.ts';
import { batchMethods } from './methods/batchMethods.ts';
import { jobMethods } from './methods/jobMethods.ts';
import { imageMethods } from './methods/imageMethods.ts';
import { modelMethods } from './methods/modelMethods.ts';
import { programMethods } from './methods/programMethods.ts';
import { reportMethods } from './methods/reportMethods.ts';
import { watchMethods } from './methods/watchMethods.ts';
import { ModelHashes } from './queue/modelHashes.ts';
import { enqueueBatch } from './batches/enqueueBatch.ts';
import { queueObserver } from './queueObserver.ts';
import { QueueEstimate } from './queue/queueEstimate.ts';
import { QueueRate } from './queue/queueRate.ts';
import { queueView } from './queue/queueView.ts';
import { storedMounts } from './batches/storedMounts.ts';
import { recover, removeAttempt, type Recovery } from './queue/recover.ts';
import { ReportFiles } from './reports/reportFiles.ts';
import { ownResult } from './ownResult.ts';
import { Thumbnails } from './thumbnails.ts';

/** A host that someone made, and closes. */
export interface RunningHost extends EnlargerHost {
  /** Work under way goes back into the queue and is done the next time. The parts are left open. */
  close(): Promise<void>;
}

const MEGABYTE = 1024 * 1024;

/** The check that results stay where this interface may write; absent for one that may use any path. */
function reachOf({ sources }: HostParts): NonNullable<JobRunnerParts['assertAllowed']> {
  return async ({ destination }, target) => {
    if (destination.kind !== 'path') await sources.assertTarget?.(target);
  };
}

/** What belongs to one run of the program. */
interface HostRun {
  readonly modelHashes: ModelHashes;
  readonly runId: string;
}

function makeQueue(parts: HostParts, observer: QueueObserver, { modelHashes, runId }: HostRun): JobQueue {
  const { store, pool, dataFolder, settings, version } = parts;
  const diskSpace = new DiskSpace(() => settings.current.minFreeDiskMb * MEGABYTE);
  const shared = { store, pool, diskSpace, runId, volumes: new OutputVolumes(storedMounts(store)) };
  const runner = new JobRunner({
    assertAllowed: reachOf(parts),
    ...{ ...shared, modelHashes, whenDiskFull: 'wait' },
    program: `enlarger ${version}`,
    keepsReports: 'measured',
  });
  return new JobQueue({ ...shared, runner, observer, dataFolder });
}

/** Calls listeners back for every job that ends, also for one that is cancelled before its turn. */
function withEndListeners(
  observer: QueueObserver,
  store: Store,
  listeners: ReadonlySet<(job: StoredJob) => void>,
): QueueObserver {
  return {
    ...observer,
    jobEnded: (job, end) => {
      observer.jobEnded?.(job, end);
      for (const listener of listeners) listener(job);
    },
    jobsChanged: (ids) => {
      observer.jobsChanged?.(ids);
      const cancelled = store.jobs.getAll(ids).filter(({ state }) => state.kind === 'cancelled');
      for (const job of cancelled) for (const listener of listeners) listener(job);
    },
  };
}

/** Joins the parts; see {@link openHost}. */
function makeContext(parts: HostParts, run: HostRun): HostContext {
  const { store, media } = parts;
  const rate = new QueueRate();
  const estimate = new QueueEstimate({ store, doneShareOf: (jobId) => doneShareOf(queue.progressOf(jobId)) });
  const hub = new EventHub({
    jobs: (ids) => ({ type: 'jobs-changed', jobs: store.jobs.getAll(ids).map((job) => jobView(job, live)) }),
    batches: () => ({
      type: 'batches-changed',
      batches: store.batches.list().map((batch) => batchView(batch, store.jobs)),
    }),
    queue: () => ({ type: 'queue-changed', queue: queueView({ store, queue, rate, estimate }) }),
  });
  const endListeners = new Set<(job: StoredJob) => void>();
  const { log } = parts;
  const observer = withEndListeners(queueObserver({ hub, rate, estimate, log }), store, endListeners);
  const program = `enlarger ${parts.version}`;
  const reportFiles = new ReportFiles({ ...parts, program, makeImages: imagesFromFiles(media) });
  const batchFinished: QueueObserver['batchFinished'] = (batchId) => {
    observer.batchFinished?.(batchId);
    void reportFiles.wake();
  };
  const queue = makeQueue(parts, { ...observer, batchFinished }, run);
  const thumbnails = openThumbnails(parts, hub);
  const live: LiveJobs = {
    progressOf: (jobId) => queue.progressOf(jobId),
    thumbnailOf: (jobId) => thumbnails.of(jobId),
    showsPaths: parts.capabilities.localPaths,
  };
  const enqueueParts = { ...parts, queue, hub, reportFiles };
  const enqueue: HostContext['enqueue'] = (spec, isSuspended) =>
    enqueueBatch(enqueueParts, spec, { origin: 'window', isSuspended });
  const watcher = parts.createWatcher({
    store,
    runId: run.runId,
    enqueue: (spec, alongside) =>
      enqueueBatch(enqueueParts, spec, { origin: 'watched-folder', ...(alongside && { alongside }) }),
    onJobEnded: (listener) => {
      endListeners.add(listener);
      return () => {
        endListeners.delete(listener);
      };
    },
    emit: (event) => {
      hub.tell(event);
    },
    retry: (jobIds) => {
      queue.retry({ jobIds });
    },
  });
  const enqueueSample = sampleEnqueuer(enqueueParts);
  return {
    ...{ ...parts, queue, hub, rate, estimate, thumbnails, live },
    ...{ enqueue, enqueueSample, watcher, reportFiles },
  };
}

/** The program's own file, which an interface that may not use paths could not name. */
function sampleEnqueuer(parts: Parameters<typeof enqueueBatch>[0]): HostContext['enqueueSample'] {
  return (file, batch, isSuspended) => {
    const sources: SourceResolver = {
      resolve: () => Promise.resolve([file]),
      resolveDestination: (destination) => parts.sources.resolveDestination(destination),
    };
    const spec = { ...batch, sources: [{ kind: 'path', path: file } as const] };
    return enqueueBatch({ ...parts, sources }, spec, { origin: 'window', isSuspended });
  };
}

function openThumbnails(parts: HostParts, hub: EventHub): Thumbnails {
  const { media, store } = parts;
  const onMade = (jobId: number, inputSize?: Size): void => {
    if (inputSize !== undefined) noteSize(parts, jobId, inputSize);
    hub.jobChanged(jobId);
  };
  return new Thumbnails(media, (jobId) => ownResult(store, jobId), onMade);
}

/** How much of a job's tiles is done, 0…1. */
function doneShareOf({ tilesDone, tilesTotal }: ReturnType<JobQueue['progressOf']>): number {
  return tilesTotal === 0 ? 0 : tilesDone / tilesTotal;
}

/** The sizes of an image that was inspected before its turn. */
function noteSize({ store }: HostParts, jobId: number, size: { width: number; height: number }): void {
  const job = store.jobs.get(jobId);
  if (job === undefined || job.inputSize !== undefined) return;
  const sizing = store.batches.get(job.batchId)?.spec.settings.sizing;
  if (sizing !== undefined) store.jobs.noteSizes(jobId, size, targetSize(size, sizing));
}

/** What a crash left is finished, and what waits continues if it was under way then. */
async function recoverStore(parts: HostParts, modelHashes: ModelHashes): Promise<Recovery> {
  const recovery = await recover({ store: parts.store, modelHashes, assertAllowed: reachOf(parts) });
  if (recovery.interrupted > 0)
    parts.log.warn('Continued after a sudden end', { interrupted: recovery.interrupted });
  parts.store.batches.suspendCommandLine();
  parts.store.batches.forgetOldWatched();
  return recovery;
}

async function openIpcServerIfAsked(
  host: EnlargerHost,
  { purpose, dataFolder, log }: HostParts,
): Promise<IpcServer | undefined> {
  if (purpose === undefined) return undefined;
  return openIpcServer(host, dataFolder, purpose).catch((error: unknown) => {
    log.warn('Other processes cannot attach', { error: String(error) });
    return undefined;
  });
}

/** Copies the store now and then. @returns A function that ends it. */
function keepCopies({ store, dataFolder, log }: HostParts): () => void {
  const copy = (moment: 'start' | 'later'): void => {
    const problem = takeSnapshotIfDue(store, dataFolder, moment);
    if (problem !== undefined) log.warn(problem);
  };
  copy('start');
  const timer = setInterval(copy, SNAPSHOT_EVERY_MS, 'later');
  timer.unref();
  return () => {
    clearInterval(timer);
    copy('later');
  };
}

/** Follows the pool: the queue is paused when nothing that it is given can succeed, and uses what is added. */
function listenToPool({ pool, log }: HostParts, queue: JobQueue, api: EnlargerApi): void {
  pool.listen?.({
    onTrouble: ({ how }) => {
      log.error('Workers die one after the other; the queue waits until it is started again', { how });
      void api.pauseQueue({});
    },
    onCapacity: () => {
      queue.wake();
    },
  });
}

/**
 * Makes a host out of its parts: finishes what a crash left, continues with what waits if it was running when
 * the program ended, and answers the contract.
 */
export async function openHost(parts: HostParts): Promise<RunningHost> {
  const modelHashes = new ModelHashes();
  const recovery = await recoverStore(parts, modelHashes);
  clearExports(parts.dataFolder);
  const lock = await lockRun();
  const context = makeContext(parts, { modelHashes, runId: lock.runId });
  const api: EnlargerApi = bindApi(
    {
      ...programMethods(context),
      ...modelMethods(context),
      ...batchMethods(context),
      ...jobMethods(context),
      ...reportMethods(context),
      ...imageMethods(context),
      ...watchMethods(context),
    },
    parts.log,
  );
  listenToPool(parts, context.queue, api);
  if (parts.store.fact('queue-state') !== 'paused') context.queue.start();
  void context.reportFiles.wake();
  const host: EnlargerHost = { api, subscribe: (listener) => context.hub.subscribe(listener) };
  const ipcServer = await openIpcServerIfAsked(host, parts);
  const stopCopies = keepCopies(parts);
  return {
    ...host,
    close: async () => {
      stopCopies();
      await ipcServer?.close();
      context.hub.close();
      context.thumbnails.close();
      await context.watcher.close();
      await context.queue.close();
      await context.reportFiles.close();
      await lock.release();
      for (const attempt of recovery.attempts) await removeAttempt(attempt);
    },
  };
}
