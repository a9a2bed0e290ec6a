import type { EnlargerApi } from '../../../core/api/contract.ts';
import type { BatchView } from '../../../core/api/views.ts';

/** All batches, newest first. */
export class Batches {
  readonly #api: EnlargerApi;
  #list = $state.raw<readonly BatchView[]>([]);

  constructor(api: EnlargerApi) {
    this.#api = api;
  }

  get list(): readonly BatchView[] {
    return this.#list;
  }

  byId(id: number): BatchView | undefined {
    return this.#list.find((batch) => batch.id === id);
  }

  async load(): Promise<void> {
    this.apply((await this.#api.listBatches({})).batches);
  }

  /** @param batches All that there are: a batch that is not among them was removed. */
  apply(batches: readonly BatchView[]): void {
    this.#list = newestFirst(batches).filter((batch) => inputsOf(batch) > 0);
  }
}

/** How many images a batch has. */
export function inputsOf({ counts }: BatchView): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** How much of a batch has ended, 0…1. */
export function shareOf(batch: BatchView): number {
  const { queued, running } = batch.counts;
  const inputs = inputsOf(batch);
  return inputs === 0 ? 1 : 1 - (queued + running) / inputs;
}

function newestFirst(batches: readonly BatchView[]): readonly BatchView[] {
  return [...batches].sort((a, b) => b.addedAt - a.addedAt || b.id - a.id);
}
