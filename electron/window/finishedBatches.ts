import type { BatchView } from '../../core/api/views.ts';

/** Finds the batches that have finished, each once. */
export class FinishedBatches {
  readonly #open = new Set<number>();

  /** Updates the batches to their present state. @returns Those that were open at the last update and are finished now. */
  update(batches: readonly BatchView[]): readonly BatchView[] {
    const finished = batches.filter(
      ({ id, finishedAt }) => finishedAt !== undefined && this.#open.delete(id),
    );
    for (const { id, finishedAt } of batches) if (finishedAt === undefined) this.#open.add(id);
    return finished;
  }
}
