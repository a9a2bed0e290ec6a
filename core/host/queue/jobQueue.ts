/**
 * @file The jobs of the list, one by one. `jobQueue.ts` picks the next by `priorities.ts` and hands it to
 * `jobRunner.ts`, which inspects the target (`inspectTarget.ts`, `knownResult.ts`, `assertSameFormat.ts`), gives the
 * job to a `jobPool.ts` (`settingsHash.ts`, `modelHashes.ts`), publishes the result and records it (`recordDone.ts`,
 * `jobEnd.ts`). `recover.ts` finishes what a crash left, with `leftovers.ts` and `core/files/runLock.ts`. `jobViews.ts`,
 * `queueView.ts` and `queueRate.ts` show the state to people.
 */
import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { EnlargerError } from '../../api/errors.ts';
import type { Hindrance } from '../../api/views.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import type { JobChoice } from '../../store/jobChoice.ts';
import type { Store } from '../../store/store.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import type { DiskSpace } from '../../files/diskSpace.ts';
import type { OutputVolumes } from '../../files/outputVolumes.ts';
import type { JobPool } from '../../pool/jobPool.ts';
import { Hindrances } from './hindrances.ts';
import type { JobEnd } from './jobEnd.ts';
import { PUT_BACK, type JobRunner } from './jobRunner.ts';
import { temporaryPaths } from './leftovers.ts';
import { PERSON_PRIORITY } from './priorities.ts';

/** Notified of every event; must not throw or take long. */
export interface QueueObserver {
  readonly jobStarted?: (job: StoredJob) => void;
  readonly jobProgress?: (job: StoredJob, tilesDone: number, tilesTotal: number) => void;
  readonly jobEnded?: (job: StoredJob, end: JobEnd) => void;
  /** Rows changed that were not under way. */
  readonly jobsChanged?: (jobIds: readonly number[]) => void;
  readonly queueChanged?: (mode: QueueMode) => void;
  /** Jobs with results below a folder begin to wait; all others continue. */
  readonly hindered?: (hindrance: Hindrance) => void;
  readonly batchFinished?: (batchId: number) => void;
}

export interface JobQueueParts {
  readonly store: Store;
  readonly pool: Pick<JobPool, 'capacity' | 'pause' | 'resume'>;
  readonly runner: JobRunner;
  readonly diskSpace: DiskSpace;
  readonly volumes: OutputVolumes;
  readonly runId: string;
  /** Where the store is; named when its disk is full. */
  readonly dataFolder: string;
  readonly observer: QueueObserver;
  /** Only this batch is worked on; without it, everything that waits. */
  readonly onlyBatch?: number;
}

/** How long to wait before retrying to record an end, after the store's disk was full. */
const RECORD_AGAIN_MS = 1_000;

function isNoSpace(error: unknown): boolean {
  return error instanceof EnlargerError && error.code === 'output/no-space';
}

interface RunningJob {
  /** Requested by a person, not by a watched folder. */
  readonly isForPerson: boolean;
  readonly controller: AbortController;
  readonly ended: Promise<void>;
  tilesDone: number;
  tilesTotal: number;
}

export type QueueMode = 'started' | 'paused';

/**
 * Keeps the pool supplied from the store, in queue order, and obeys: start, pause, cancel, retry, remove,
 * move. It keeps no state for jobs that are not running.
 */
export class JobQueue {
  readonly #parts: JobQueueParts;
  readonly #running = new Map<number, RunningJob>();
  readonly #hindrances: Hindrances;
  #mode: QueueMode = 'paused';
  #isClosed = false;

  constructor(parts: JobQueueParts) {
    this.#parts = parts;
    this.#hindrances = new Hindrances({ ...parts, onEnd: () => this.#hindranceEnded() });
  }

  get mode(): QueueMode {
    return this.#mode;
  }

  /** What some of the jobs wait for. */
  get hindrances(): readonly Hindrance[] {
    return this.#hindrances.all;
  }

  get isBusy(): boolean {
    return this.#running.size > 0;
  }

  /** Tiles of a job that is under way. */
  progressOf(jobId: number): { readonly tilesDone: number; readonly tilesTotal: number } {
    const { tilesDone = 0, tilesTotal = 0 } = this.#running.get(jobId) ?? {};
    return { tilesDone, tilesTotal };
  }

  start(): void {
    this.#hindrances.clear();
    this.#setMode('started');
    this.#parts.pool.resume?.();
    this.wake();
  }

  /** Work stops within one tile. A pool that cannot suspend it returns it to the queue. */
  pause(): void {
    this.#hindrances.clear();
    this.#setMode('paused');
    if (this.#parts.pool.pause === undefined) this.#putBackAll();
    else this.#parts.pool.pause();
  }

  /** Looks for work; call it when the queue has changed. */
  wake(): void {
    while (!this.#isClosed && this.#mode === 'started') {
      const { capacity } = this.#parts.pool;
      const isFull = this.#running.size >= capacity;
      // A person's jobs do not wait for images of watched folders: the pool returns those to the queue.
      if (isFull && this.#personsRunning() >= capacity) return;
      const job = this.#takeNext(isFull ? PERSON_PRIORITY : undefined);
      if (job === undefined) return;
      this.#begin(job);
    }
  }

  #personsRunning(): number {
    return [...this.#running.values()].filter(({ isForPerson }) => isForPerson).length;
  }

  #takeNext(lastPriority?: number): StoredJob | undefined {
    const { store, runId, dataFolder, onlyBatch } = this.#parts;
    try {
      return store.transitions.takeNext(
        (job) => {
          if (job.target === undefined) throw new TypeError(`Job ${job.id} waits without a target.`);
          return temporaryPaths(job.target, runId, job.id);
        },
        {
          ...(onlyBatch !== undefined && { batchId: onlyBatch }),
          ...(lastPriority !== undefined && { lastPriority }),
          notBelow: this.#hindrances.folders,
        },
      );
    } catch (error) {
      if (!isNoSpace(error)) throw error;
      this.#hinder({ kind: 'disk-full', folder: dataFolder });
      return undefined;
    }
  }

  /** Cancels jobs; those under way end within one tile, and this waits for them. @returns How many. */
  async cancel(choice: JobChoice): Promise<number> {
    const waiting = this.#parts.store.transitions.cancelWaiting(choice);
    const running = this.#runningOf(choice);
    for (const { controller } of running) controller.abort();
    this.#noteChanged(waiting);
    await Promise.all(running.map(({ ended }) => ended));
    return waiting.length + running.length;
  }

  /** Puts failed and cancelled jobs back into the queue. @returns How many. */
  retry(choice: JobChoice): number {
    const { store } = this.#parts;
    const ids = store.transitions.retry(choice);
    store.batches.resumeOf(ids);
    this.#noteChanged(ids);
    this.wake();
    return ids.length;
  }

  /** Removes rows from the list; jobs under way are cancelled first. @returns How many. */
  async remove(choice: JobChoice): Promise<number> {
    await this.cancel(choice);
    const removed = this.#parts.store.jobs.remove(choice);
    this.#parts.store.batches.removeEmpty();
    this.#parts.observer.queueChanged?.(this.#mode);
    return removed;
  }

  /** Releases the pool: work under way returns to the queue and is done the next time. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#hindrances.clear();
    this.#putBackAll();
    await Promise.all([...this.#running.values()].map(({ ended }) => ended));
  }

  #putBackAll(): void {
    for (const { controller } of this.#running.values()) controller.abort(PUT_BACK);
  }

  #setMode(mode: QueueMode): void {
    this.#mode = mode;
    this.#parts.observer.queueChanged?.(this.#mode);
  }

  #runningOf(choice: JobChoice): RunningJob[] {
    const jobs = this.#parts.store.jobs.getAll([...this.#running.keys()]);
    const isChosen = ({ id, batchId }: StoredJob): boolean =>
      'batchId' in choice ? batchId === choice.batchId : choice.jobIds.includes(id);
    return jobs.filter(isChosen).flatMap(({ id }) => this.#running.get(id) ?? []);
  }

  #begin(job: StoredJob): void {
    const batch = this.#parts.store.batches.get(job.batchId);
    if (batch === undefined) throw new TypeError(`Job ${job.id} belongs to no batch.`);
    const controller = new AbortController();
    // Each job adds several listeners, and there may be dozens of jobs: this is not the leak that Node warns about.
    setMaxListeners(0, controller.signal);
    const running: RunningJob = {
      isForPerson: batch.origin !== 'watched-folder',
      controller,
      ended: this.#run(job, batch, controller),
      tilesDone: 0,
      tilesTotal: 0,
    };
    this.#running.set(job.id, running);
  }

  async #run(job: StoredJob, batch: StoredBatch, controller: AbortController): Promise<void> {
    const { runner, observer } = this.#parts;
    const end = await runner.run(job, batch, {
      signal: controller.signal,
      onStarted: () => observer.jobStarted?.(job),
      onProgress: (tilesDone, tilesTotal) => {
        Object.assign(this.#running.get(job.id) ?? {}, { tilesDone, tilesTotal });
        observer.jobProgress?.(job, tilesDone, tilesTotal);
      },
    });
    await this.#record(job, batch, end);
    this.#running.delete(job.id);
    observer.jobEnded?.(job, end);
    if (end.kind === 'failed' && batch.failFast) void this.cancel({ batchId: batch.id });
    if (end.kind === 'put-back' && end.reason === 'hindered') this.#hinder(end.hindrance);
    this.#settle(batch.id);
    this.wake();
  }

  /** An end is final: a full disk only delays recording it. */
  async #record(job: StoredJob, batch: StoredBatch, end: JobEnd): Promise<void> {
    for (;;) {
      try {
        this.#parts.runner.record(job, batch, end);
        return;
      } catch (error) {
        if (!isNoSpace(error)) throw error;
        this.#hinder({ kind: 'disk-full', folder: this.#parts.dataFolder });
        // What cannot be recorded now is found on the disk at the next start.
        if (this.#isClosed) return;
        await delay(RECORD_AGAIN_MS);
      }
    }
  }

  #noteChanged(jobIds: readonly number[]): void {
    if (jobIds.length === 0) return;
    const { store, observer } = this.#parts;
    observer.jobsChanged?.(jobIds);
    for (const batchId of store.batches.of(jobIds)) this.#settle(batchId);
  }

  #settle(batchId: number): void {
    if (this.#parts.store.batches.settle(batchId)) this.#parts.observer.batchFinished?.(batchId);
  }

  #hinder(hindrance: Hindrance): void {
    if (this.#isClosed || this.#mode === 'paused') return;
    if (this.#hindrances.add(hindrance)) this.#parts.observer.hindered?.(hindrance);
  }

  #hindranceEnded(): void {
    this.#parts.observer.queueChanged?.(this.#mode);
    this.wake();
  }
}
