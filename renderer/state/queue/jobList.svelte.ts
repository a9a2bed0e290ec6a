import { SvelteMap } from 'svelte/reactivity';
import type { EnlargerApi } from '../../../core/api/contract.ts';
import type { JobCounts, JobStateKind, JobView } from '../../../core/api/views.ts';
import { gathered } from '../delayed.ts';

export const JOB_FILTERS = ['all', 'waiting', 'done', 'failed', 'other'] as const;
export type JobFilter = (typeof JOB_FILTERS)[number];
export const LIST_ORDERS = [
  'queue',
  'newest',
  'name',
  'worst-first',
  'largest',
  'slowest',
  'state',
  'folder',
] as const;
export type ListOrder = (typeof LIST_ORDERS)[number];

const STATES_OF: Readonly<Record<Exclude<JobFilter, 'all'>, JobStateKind[]>> = {
  waiting: ['queued', 'running'],
  done: ['done'],
  failed: ['failed'],
  other: ['skipped', 'cancelled'],
};

const ALL_STATES: readonly JobStateKind[] = ['queued', 'running', 'done', 'skipped', 'failed', 'cancelled'];
const PAGE_ROWS = 100;
const MAX_PAGES = 20; // 2,000 rows; more would only cost memory
const REFRESH_DELAY_MS = 150;
const NO_COUNTS: JobCounts = { queued: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };

type JobQuery = Omit<Parameters<EnlargerApi['listJobs']>[0], 'offset' | 'limit'>;

interface Query {
  readonly batchId: number | undefined;
  readonly filter: JobFilter;
  readonly search: string;
  readonly order: ListOrder;
}

/**
 * The table's rows, of which only recently viewed ones are loaded. A row that is not loaded
 * is `undefined` until its page arrives.
 */
export class JobList {
  readonly #api: EnlargerApi;
  readonly #onError: (error: unknown) => void;
  #query = $state.raw<Query>({ batchId: undefined, filter: 'all', search: '', order: 'queue' });
  #total = $state(0);
  #counts = $state.raw<JobCounts>(NO_COUNTS);
  #isLoaded = $state(false);
  /** Page number → its rows; the page that was used longest ago comes first. */
  readonly #pages = new SvelteMap<number, readonly JobView[]>();
  readonly #loading = new Set<number>();
  /** Facts that arrived while a page was being loaded, and that the page may be too old to contain. */
  readonly #overtaking = new Map<number, JobView>();
  #visible = { first: 0, last: 0 };
  /** Counts up when answers to older requests become obsolete. */
  #generation = 0;
  #refreshing = Promise.resolve();
  readonly #refreshSoon = gathered(() => void this.refresh(), REFRESH_DELAY_MS);

  constructor(api: EnlargerApi, onError: (error: unknown) => void) {
    this.#api = api;
    this.#onError = onError;
  }

  get query(): Query {
    return this.#query;
  }

  get total(): number {
    return this.#total;
  }

  /** Of all rows of the batch, whatever the filter. */
  get counts(): JobCounts {
    return this.#counts;
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Whether rows are in the order of the work, so that they can be moved. */
  get isInOrder(): boolean {
    return this.#query.order === 'queue';
  }

  rowAt(index: number): JobView | undefined {
    return this.#pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS];
  }

  /** The place of each job among the loaded rows. */
  placesAtHand(): ReadonlyMap<number, number> {
    const placed = [...this.#pages].flatMap(([page, rows]) =>
      rows.map(({ id }, index) => [id, page * PAGE_ROWS + index] as const),
    );
    return new Map(placed);
  }

  /** Those of these jobs that are loaded, in their order. */
  loadedJobs(ids: ReadonlySet<number>): readonly JobView[] {
    const placed = [...this.#pages].sort(([a], [b]) => a - b);
    return placed.flatMap(([, rows]) => rows).filter(({ id }) => ids.has(id));
  }

  /** The states that these jobs are in; those that are not loaded may be in any. */
  statesOf(ids: ReadonlySet<number>): ReadonlySet<JobStateKind> {
    const loaded = [...this.#pages.values()].flat().filter(({ id }) => ids.has(id));
    if (loaded.length < ids.size) return new Set(ALL_STATES);
    return new Set(loaded.map(({ state }) => state.kind));
  }

  /** Requests other rows. */
  async choose(change: Partial<Query>): Promise<void> {
    this.#query = { ...this.#query, ...change };
    this.#visible = { first: 0, last: 0 };
    await this.refresh();
  }

  /** Sets which rows are on the screen, so that they are loaded. */
  show(first: number, last: number): void {
    this.#visible = { first, last };
    for (const page of this.#visiblePages()) {
      if (!this.#pages.has(page)) void this.#load(page);
    }
  }

  /** A row, which is loaded first if necessary; `undefined` after the last one. */
  async bringRow(index: number): Promise<JobView | undefined> {
    if (this.rowAt(index) === undefined && index < this.#total)
      await this.#load(Math.floor(index / PAGE_ROWS));
    return this.rowAt(index);
  }

  /** Requests the visible rows again; the old ones stay until the new ones arrive. */
  async refresh(): Promise<void> {
    let mine: Promise<void>;
    this.#refreshing = this.#askAgain();
    do {
      // Another refresh may have overtaken this one: callers wait for the newest rows.
      mine = this.#refreshing;
      await mine;
    } while (mine !== this.#refreshing);
  }

  /** Rows were added, removed or moved: request them again, but not for every one of many such events. */
  markChanged(): void {
    this.#refreshSoon.call();
  }

  /** Puts newer facts about jobs into the loaded rows. */
  applyJobs(jobs: readonly JobView[]): void {
    const byId = new Map(jobs.map((job) => [job.id, job]));
    if (this.#loading.size > 0) for (const job of jobs) this.#overtaking.set(job.id, job);
    let isStateChanged = false;
    for (const [page, rows] of this.#pages) {
      if (!rows.some(({ id }) => byId.has(id))) continue;
      const updated = rows.map((row) => byId.get(row.id) ?? row);
      isStateChanged ||= updated.some((row, index) => row.state.kind !== rows[index]?.state.kind);
      this.#pages.set(page, updated);
    }
    // A job in another state may belong to another filter, and the counts have changed.
    if (isStateChanged || this.#query.filter !== 'all') this.markChanged();
  }

  /** The ids of all jobs that match the query, in order; loaded page by page. */
  allIds(): Promise<readonly number[]> {
    return this.idsOf(this.#input());
  }

  /** The batch that is listed, if it is one. */
  get batch(): { readonly batchId?: number } {
    const { batchId } = this.#query;
    return batchId === undefined ? {} : { batchId };
  }

  /** The ids of all images that wait or are under way, of every batch. */
  waitingIds(): Promise<readonly number[]> {
    return this.idsOf({ states: STATES_OF.waiting });
  }

  /** The ids of all jobs that match a separate query, in order; loaded page by page. */
  async idsOf(query: JobQuery): Promise<readonly number[]> {
    const ids: number[] = [];
    let total = 1;
    for (let offset = 0; offset < total; offset += 1_000) {
      const page = await this.#api.listJobs({ ...query, offset, limit: 1_000 });
      ids.push(...page.jobs.map(({ id }) => id));
      total = page.total;
    }
    return ids;
  }

  async #askAgain(): Promise<void> {
    this.#refreshSoon.cancel();
    this.#generation++;
    this.#loading.clear();
    this.#overtaking.clear();
    const wanted = this.#visiblePages();
    await Promise.all(wanted.map((page) => this.#load(page)));
    for (const page of [...this.#pages.keys()]) {
      if (!wanted.includes(page)) this.#pages.delete(page);
    }
  }

  #visiblePages(): number[] {
    const first = Math.floor(this.#visible.first / PAGE_ROWS);
    const last = Math.floor(this.#visible.last / PAGE_ROWS);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  }

  #input(): JobQuery {
    const { batchId, filter, search, order } = this.#query;
    return {
      order,
      ...(batchId === undefined ? {} : { batchId }),
      ...(filter === 'all' ? {} : { states: STATES_OF[filter] }),
      ...(search === '' ? {} : { search }),
    };
  }

  async #load(page: number): Promise<void> {
    if (this.#loading.has(page)) return;
    this.#loading.add(page);
    const generation = this.#generation;
    try {
      const answer = await this.#api.listJobs({
        ...this.#input(),
        offset: page * PAGE_ROWS,
        limit: PAGE_ROWS,
      });
      if (generation !== this.#generation) return;
      this.#total = answer.total;
      this.#counts = answer.counts;
      this.#isLoaded = true;
      this.#keep(
        page,
        answer.jobs.map((job) => this.#overtaking.get(job.id) ?? job),
      );
      // Counts may be too old as well.
      if (this.#overtaking.size > 0) this.markChanged();
    } catch (error) {
      if (generation === this.#generation) this.#onError(error);
    } finally {
      if (generation === this.#generation) this.#loading.delete(page);
      if (this.#loading.size === 0) this.#overtaking.clear();
    }
  }

  #keep(page: number, rows: readonly JobView[]): void {
    this.#pages.delete(page);
    this.#pages.set(page, rows);
    const visible = this.#visiblePages();
    for (const old of this.#pages.keys()) {
      if (this.#pages.size <= MAX_PAGES) return;
      if (!visible.includes(old)) this.#pages.delete(old);
    }
  }
}
