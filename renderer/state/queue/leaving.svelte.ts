/** Rows that are about to be removed, unless the user undoes it. */
export class Leaving {
  #ids = $state.raw<ReadonlySet<number>>(new Set());

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  /**
   * Marks rows and removes them after a delay.
   *
   * @param run Removes them; called once, after `delayMs`.
   * @returns A function that undoes it.
   */
  mark(ids: readonly number[], delayMs: number, run: () => void): () => void {
    this.#ids = new Set([...this.#ids, ...ids]);
    const timer = setTimeout(() => {
      this.#forget(ids);
      run();
    }, delayMs);
    return () => {
      clearTimeout(timer);
      this.#forget(ids);
    };
  }

  #forget(ids: readonly number[]): void {
    const gone = new Set(ids);
    this.#ids = new Set([...this.#ids].filter((id) => !gone.has(id)));
  }
}
