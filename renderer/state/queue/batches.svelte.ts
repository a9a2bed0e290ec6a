import { hasImageExtension } from '../../../core/api/imageFormats.ts';
import type { EnlargerApi, ProgramInfo } from '../../../core/api/contract.ts';
import type { BatchView } from '../../../core/api/views.ts';
import type { Notices } from '../notices.svelte.ts';
import { placeOf } from '../draft/incoming.ts';

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

  async rename(batchId: number, name: string, notices: Notices): Promise<void> {
    await notices.attempt(() => this.#api.renameBatch({ batchId, name }));
  }

  /** @param batches All batches: one that is not among them was removed. */
  apply(batches: readonly BatchView[]): void {
    this.#list = newestFirst(batches).filter((batch) => inputsOf(batch) > 0);
  }
}

/**
 * The name of a batch: the one that a person gave it, else that of its images' folder; undefined without either, as with
 * uploads.
 *
 * @param roots The folders that are open to the page: images directly in one are named after it.
 */
export function nameOfBatch({ spec }: BatchView, roots: ProgramInfo['roots']): string | undefined {
  if (spec.name !== undefined) return spec.name;
  const names = spec.sources.map((source) => {
    if (source.kind === 'upload' || source.kind === 'job') return undefined;
    const parts = placeOf(source)
      .split(/[\\/]/)
      .filter((part) => part !== '');
    const isFile = hasImageExtension(parts.at(-1) ?? '');
    const root = source.kind === 'root' ? roots.find(({ id }) => id === source.rootId)?.name : undefined;
    return parts.at(isFile ? -2 : -1) ?? root;
  });
  const [first] = names;
  return names.every((name) => name === first) ? first : undefined;
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
