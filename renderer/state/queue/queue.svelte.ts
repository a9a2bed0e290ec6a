import type { EnlargerApi } from '../../../core/api/contract.ts';
import type { JobCounts, QueueView } from '../../../core/api/views.ts';
import type { Notices } from '../notices.svelte.ts';

const NO_COUNTS: JobCounts = { queued: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 };
const EMPTY: QueueView = { state: { kind: 'idle' }, counts: NO_COUNTS, megapixelsPerSecond: 0 };

function endedOf({ done, skipped, failed, cancelled }: JobCounts): number {
  return done + skipped + failed + cancelled;
}

/** The queue as a whole: whether it runs, how far it is, how fast. */
export class Queue {
  readonly #api: EnlargerApi;
  readonly #notices: Notices;
  #view = $state.raw<QueueView>(EMPTY);
  /** How many jobs had ended before the current run, so that progress begins at 0 with each run. */
  #countsBefore = $state.raw<JobCounts>(NO_COUNTS);

  constructor(api: EnlargerApi, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  get view(): QueueView {
    return this.#view;
  }

  get counts(): JobCounts {
    return this.#view.counts;
  }

  get waiting(): number {
    return this.counts.queued + this.counts.running;
  }

  get ended(): number {
    return endedOf(this.counts);
  }

  /** How the images of the last run ended. */
  get run(): Pick<JobCounts, 'done' | 'failed' | 'cancelled'> {
    const since = (kind: 'done' | 'failed' | 'cancelled'): number =>
      Math.max(0, this.counts[kind] - this.#countsBefore[kind]);
    return { done: since('done'), failed: since('failed'), cancelled: since('cancelled') };
  }

  get total(): number {
    return this.waiting + this.ended;
  }

  /** Running jobs wait until someone starts the queue. */
  get isPaused(): boolean {
    return this.#view.state.kind === 'paused';
  }

  get isRunning(): boolean {
    return ['running', 'disk-full', 'volume-gone'].includes(this.#view.state.kind);
  }

  get canStart(): boolean {
    return !this.isRunning && this.waiting > 0;
  }

  get canPause(): boolean {
    return this.isRunning && this.waiting > 0;
  }

  /** The number of ended images of this run, and of all images of this run. */
  get progress(): { readonly ended: number; readonly total: number; readonly share: number } {
    const ended = Math.max(0, this.ended - endedOf(this.#countsBefore));
    const total = ended + this.waiting;
    return { ended, total, share: total === 0 ? 0 : ended / total };
  }

  async load(): Promise<void> {
    this.apply(await this.#api.getQueue({}));
  }

  apply(view: QueueView): void {
    const wasEmpty = this.waiting === 0;
    this.#view = view;
    // The progress of a run counts from the state of the list when it got work again.
    const { queued, running } = view.counts;
    if (wasEmpty && queued + running > 0) this.#countsBefore = view.counts;
  }

  async start(): Promise<void> {
    if (this.canStart) await this.#change(() => this.#api.startQueue({}));
  }

  async pause(): Promise<void> {
    if (this.canPause) await this.#change(() => this.#api.pauseQueue({}));
  }

  async #change(call: () => Promise<QueueView>): Promise<void> {
    const view = await this.#notices.attempt(call);
    if (view !== undefined) this.apply(view);
  }
}
