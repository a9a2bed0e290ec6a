import { toErrorDto } from '../../core/api/errors.ts';
import type { ErrorDto } from '../../core/api/errors.ts';
import type { TextKey, TextValues } from '../../core/texts/textKeys.ts';

export type Notice =
  | { readonly id: number; readonly kind: 'error'; readonly error: ErrorDto }
  | {
      readonly id: number;
      readonly kind: 'said';
      readonly key: TextKey;
      readonly values: TextValues;
      /** Undoes an action, or prevents it. */
      readonly undo?: () => void;
      readonly undoLabel?: TextKey;
    }
  /** An action that cannot be undone waits for an answer. */
  | {
      readonly id: number;
      readonly kind: 'question';
      readonly key: TextKey;
      readonly values: TextValues;
      readonly answer: TextKey;
      readonly run: () => void;
    };

const MAX_NOTICES = 3;
/** A success message disappears by itself; an error stays until it is closed or another page is shown. */
const SAID_MS = 6_000;
/** How long an action can be undone. */
export const UNDO_MS = 8_000;

/** Short messages about the latest actions; the newest three. */
export class Notices {
  #list = $state.raw<readonly Notice[]>([]);
  #nextId = 1;

  get list(): readonly Notice[] {
    return this.#list;
  }

  say(key: TextKey, values: TextValues = {}): void {
    const id = this.#nextId++;
    this.#add({ id, kind: 'said', key, values });
    setTimeout(() => this.dismiss(id), SAID_MS);
  }

  /** @param undo Undoes the action; offered for `UNDO_MS`. */
  offerUndo(key: TextKey, values: TextValues, undo: () => void): void {
    const id = this.#nextId++;
    this.#add({
      id,
      kind: 'said',
      key,
      values,
      undo: () => {
        this.dismiss(id);
        undo();
      },
    });
    setTimeout(() => this.dismiss(id), UNDO_MS);
  }

  /** Announces something that happens after a while, unless its message is cancelled or closed. @returns Cancels it. */
  announce(
    key: TextKey,
    values: TextValues,
    { delayMs, run }: { delayMs: number; run: () => void },
  ): () => void {
    const id = this.#nextId++;
    const cancel = (): void => this.dismiss(id);
    this.#add({ id, kind: 'said', key, values, undo: cancel, undoLabel: 'action.cancel' });
    setTimeout(() => {
      const isStillThere = this.#list.some((notice) => notice.id === id);
      this.dismiss(id);
      if (isStillThere) run();
    }, delayMs);
    return cancel;
  }

  /** @param answer The label of the button that runs `run`; the other one only closes the question. */
  ask(key: TextKey, values: TextValues, { answer, run }: { answer: TextKey; run: () => void }): void {
    const id = this.#nextId++;
    this.#add({
      id,
      kind: 'question',
      key,
      values,
      answer,
      run: () => {
        this.dismiss(id);
        run();
      },
    });
  }

  /** Errors belong to the page on which they happened. */
  dismissErrors(): void {
    this.#list = this.#list.filter(({ kind }) => kind !== 'error');
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((notice) => notice.id !== id);
  }

  /** Runs an action and shows an error if it fails. */
  async attempt<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#add({ id: this.#nextId++, kind: 'error', error: toErrorDto(error) });
      return undefined;
    }
  }

  #add(notice: Notice): void {
    this.#list = [...this.#list, notice].slice(-MAX_NOTICES);
  }
}
