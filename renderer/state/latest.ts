/**
 * Runs asynchronous work of which only the newest call counts: an answer is dropped if a newer call has begun.
 */
export class Latest {
  #newest = 0;

  /** @returns The work's value, or `undefined` when a newer call began meanwhile. */
  async run<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
    const mine = ++this.#newest;
    try {
      const value = await work();
      return mine === this.#newest ? value : undefined;
    } catch (error) {
      if (mine === this.#newest) throw error;
      return undefined;
    }
  }

  /** Makes all pending answers stale. */
  forget(): void {
    this.#newest++;
  }
}
