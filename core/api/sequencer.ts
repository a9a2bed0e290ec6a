/** Runs work in order of arrival, one at a time; with keys, only work with the same key waits for each other. */
export class Sequencer {
  readonly #last = new Map<string, Promise<unknown>>();

  /** Runs the work, even if earlier work failed. @returns What the work returns. */
  run<Result>(work: () => Promise<Result>, key = ''): Promise<Result> {
    const previous = this.#last.get(key) ?? Promise.resolve();
    const result = previous.then(work, work);
    this.#last.set(key, result);
    const forget = (): void => {
      if (this.#last.get(key) === result) this.#last.delete(key);
    };
    result.then(forget, forget);
    return result;
  }

  /** Resolves when all work that was added so far has succeeded or failed. */
  async idle(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }
}
