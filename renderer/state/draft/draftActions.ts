import type { Notices } from '../notices.svelte.ts';
import type { Draft } from './draft.svelte.ts';

/** What a person does to the draft and can take back. */
export class DraftActions {
  readonly #draft: Draft;
  readonly #notices: Notices;
  readonly #show: () => void;

  /** @param show Goes to the draft. */
  constructor(draft: Draft, notices: Notices, show: () => void) {
    this.#draft = draft;
    this.#notices = notices;
    this.#show = show;
  }

  remove(keys: readonly string[]): void {
    this.#offerUndo(keys.length, this.#draft.remove(keys));
  }

  clear(): void {
    const { length } = this.#draft.rows;
    this.#offerUndo(length, this.#draft.clear());
  }

  /** Brings back what was added and not started before the window was closed. */
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
