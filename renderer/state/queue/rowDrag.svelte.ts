import type { JobActions } from './jobActions.ts';
import type { JobList } from './jobList.svelte.ts';
import type { Selection } from './selection.svelte.ts';

/** Where the dragged rows would land. */
export interface DropPlace {
  /** The row before which they land; the number of rows for the end. */
  readonly index: number;
  /** The gap's distance from the top of the view. */
  readonly topPx: number;
}

/** Waiting rows that are being dragged to another place in the queue. */
export class RowDrag {
  readonly #jobs: JobList;
  readonly #selection: Selection;
  readonly #actions: JobActions;
  #isCarrying = $state(false);
  #place = $state.raw<DropPlace | undefined>(undefined);

  constructor(jobs: JobList, selection: Selection, actions: JobActions) {
    this.#jobs = jobs;
    this.#selection = selection;
    this.#actions = actions;
  }

  get isCarrying(): boolean {
    return this.#isCarrying;
  }

  get place(): DropPlace | undefined {
    return this.#place;
  }

  /** Begins to drag a row with all other selected ones. @returns Whether it can be dragged: it waits, and the list is in queue order. */
  begin(index: number): boolean {
    const job = this.#jobs.rowAt(index);
    if (job?.state.kind !== 'queued' || !this.#jobs.isInOrder) return false;
    if (!this.#selection.has(job.id)) this.#selection.pick(index, job.id);
    this.#isCarrying = true;
    return true;
  }

  aim(place: DropPlace): void {
    this.#place = place;
  }

  async drop(): Promise<void> {
    const place = this.#place;
    this.cancel();
    if (place !== undefined) await this.#actions.moveTo(place.index);
  }

  /** Cancels the drag. */
  cancel(): void {
    this.#isCarrying = false;
    this.#place = undefined;
  }
}
