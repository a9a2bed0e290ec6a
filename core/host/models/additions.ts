import type { AddingStep, AddingView } from '../../api/views.ts';

/** One request to add files. */
export interface Addition {
  /** Aborted when the person cancels. */
  readonly signal: AbortSignal;
  /** Updates the list of files that are still to be done. */
  show(files: readonly AddingView[]): void;
  /** @returns How many files were not finished. */
  end(): number;
}

/** Files that are being added, by all requests together, so that every window can show them. */
export class Additions {
  readonly #onChange: (adding: readonly AddingView[]) => void;
  readonly #running = new Map<AbortController, readonly AddingView[]>();

  constructor(onChange: (adding: readonly AddingView[]) => void) {
    this.#onChange = onChange;
  }

  begin(): Addition {
    const controller = new AbortController();
    this.#running.set(controller, []);
    return {
      signal: controller.signal,
      show: (files) => {
        this.#running.set(controller, files);
        this.#onChange([...this.#running.values()].flat());
      },
      end: () => {
        const left = this.#running.get(controller)?.length ?? 0;
        this.#running.delete(controller);
        this.#onChange([...this.#running.values()].flat());
        return left;
      },
    };
  }

  /** @returns How many files will not be added. */
  cancelAll(): number {
    const files = [...this.#running.values()].flat().length;
    for (const controller of this.#running.keys()) controller.abort();
    return files;
  }
}

/** The files that wait behind the first one, which is at `step`. */
export function waitingBehind(files: readonly string[], step: AddingStep): readonly AddingView[] {
  return files.map((fileName, index) => ({ fileName, step: index === 0 ? step : 'waiting' }));
}
