import type { HostEvent } from '../api/contract.ts';

/** At most ten deliveries a second. */
const INTERVAL_MS = 100;

/** Batches carry much and change with each of their jobs: at most one delivery a second. */
const BATCHES_INTERVAL_MS = 1_000;

/** With more changed rows than this, listeners do better to ask for their page again. */
const MAX_ROWS = 200;

/** Creates the events for what has changed, from the state at the time of sending. */
export interface EventSource {
  jobs(ids: readonly number[]): HostEvent;
  batches(): HostEvent;
  queue(): HostEvent;
}

/**
 * Collects what has changed and sends it at most ten times a second. Nothing is kept per listener: a slow one misses
 * stages of progress, never the final state.
 */
export class EventHub {
  readonly #source: EventSource;
  readonly #listeners = new Set<(event: HostEvent) => void>();
  readonly #changedJobs = new Set<number>();
  #areRowsChanged = false;
  #isQueueChanged = false;
  #areBatchesChanged = false;
  #batchesToldAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;

  constructor(source: EventSource) {
    this.#source = source;
  }

  /** @returns A function that ends the subscription. */
  subscribe(listener: (event: HostEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  jobChanged(id: number): void {
    this.#changedJobs.add(id);
    if (this.#changedJobs.size > MAX_ROWS) this.rowsChanged();
    this.#schedule();
  }

  jobsChanged(ids: readonly number[]): void {
    if (ids.length > MAX_ROWS) this.rowsChanged();
    else for (const id of ids) this.jobChanged(id);
  }

  /** Rows came, went or moved. */
  rowsChanged(): void {
    this.#areRowsChanged = true;
    this.#changedJobs.clear();
    this.#schedule();
  }

  queueChanged(): void {
    this.#isQueueChanged = true;
    this.#schedule();
  }

  batchesChanged(): void {
    this.#areBatchesChanged = true;
    this.#schedule();
  }

  /** Sends immediately what is not coalesced. */
  tell(event: HostEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
  }

  #schedule(): void {
    if (this.#listeners.size === 0) {
      this.#forget();
      return;
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#flush();
    }, INTERVAL_MS);
  }

  #forget(): void {
    this.#changedJobs.clear();
    this.#areRowsChanged = false;
    this.#isQueueChanged = false;
    this.#areBatchesChanged = false;
  }

  #flush(): void {
    const ids = [...this.#changedJobs];
    const [rows, queue] = [this.#areRowsChanged, this.#isQueueChanged];
    const batchesAreDue = performance.now() - this.#batchesToldAt >= BATCHES_INTERVAL_MS;
    const batches = this.#areBatchesChanged && batchesAreDue;
    const batchesWait = this.#areBatchesChanged && !batches;
    this.#forget();
    if (rows) this.tell({ type: 'jobs-reordered' });
    if (ids.length > 0) this.tell(this.#source.jobs(ids));
    if (batches) {
      this.#batchesToldAt = performance.now();
      this.tell(this.#source.batches());
    }
    if (queue) this.tell(this.#source.queue());
    if (batchesWait) this.batchesChanged();
  }
}
