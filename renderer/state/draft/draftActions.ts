import type { JobView } from '../../../core/api/views.ts';
import type { Notices } from '../notices.svelte.ts';
import type { Batches } from '../queue/batches.svelte.ts';
import type { BatchOptions } from './batchOptions.svelte.ts';
import type { Draft } from './draft.svelte.ts';

interface Needs {
  readonly draft: Draft;
  readonly notices: Notices;
  readonly options: BatchOptions;
  readonly batches: Batches;
}

/** Changes of the draft that a person can undo. */
export class DraftActions {
  readonly #draft: Draft;
  readonly #notices: Notices;
  readonly #options: BatchOptions;
  readonly #batches: Batches;
  readonly #show: () => void;

  /** @param show Goes to the draft. */
  constructor({ draft, notices, options, batches }: Needs, show: () => void) {
    this.#draft = draft;
    this.#notices = notices;
    this.#options = options;
    this.#batches = batches;
    this.#show = show;
  }

  /**
   * Puts images of the list into a new batch. An empty one starts with the settings of their last enlargement.
   */
  async enlargeAgain(jobs: readonly JobView[]): Promise<void> {
    const [first] = jobs;
    if (first === undefined) return;
    const spec = this.#batches.byId(first.batchId)?.spec;
    if (this.#draft.isEmpty && spec !== undefined) this.#options.useBatch(spec);
    const adding = this.#draft.add(
      jobs.map(({ id, name }) => ({ kind: 'known', name, source: { kind: 'job', jobId: id } })),
    );
    this.#show();
    await adding;
  }

  /** Starts the selected images alone. */
  async startSelected(): Promise<void> {
    const { keys } = this.#draft.selection;
    const batchId = await this.#draft.submit(keys);
    if (batchId !== undefined) this.#notices.say('notice.started', { count: keys.size });
  }

  remove(keys: readonly string[]): void {
    this.#offerUndo(keys.length, this.#draft.remove(keys));
  }

  clear(): void {
    const { length } = this.#draft.rows;
    this.#offerUndo(length, this.#draft.clear());
  }

  /** Restores images that were added but not started before the window was closed. */
  async restore(): Promise<void> {
    if (!this.#draft.isEmpty) return;
    if (await this.#draft.restore()) this.#show();
  }

  #offerUndo(count: number, undo: () => void): void {
    this.#notices.offerUndo('notice.removed', { count }, () => {
      undo();
      this.#show();
    });
  }
}
