/** The selected rows, and the one with the keyboard focus. */
export class Selection {
  #ids = $state.raw<ReadonlySet<number>>(new Set());
  #activeIndex = $state(-1);
  #anchorIndex = 0;

  get ids(): ReadonlySet<number> {
    return this.#ids;
  }

  get count(): number {
    return this.#ids.size;
  }

  /** The row that keys act on; −1 for none. */
  get activeIndex(): number {
    return this.#activeIndex;
  }

  has(id: number): boolean {
    return this.#ids.has(id);
  }

  /** Selects only this row. */
  pick(index: number, id: number): void {
    this.#activeIndex = index;
    this.#anchorIndex = index;
    this.#ids = new Set([id]);
  }

  /** The keyboard focus follows a selected row that has moved. */
  follow(index: number): void {
    this.#activeIndex = index;
    this.#anchorIndex = index;
  }

  /** Adds this row to the selection, or removes it. */
  toggle(index: number, id: number): void {
    const ids = new Set(this.#ids);
    if (!ids.delete(id)) ids.add(id);
    this.#ids = ids;
    this.#activeIndex = index;
    this.#anchorIndex = index;
  }

  /** Chooses all rows from the last picked one to this one; rows that are not loaded cannot be selected. */
  extend(index: number, idAt: (index: number) => number | undefined): void {
    const first = Math.min(this.#anchorIndex, index);
    const last = Math.max(this.#anchorIndex, index);
    const ids = Array.from({ length: last - first + 1 }, (_, step) => idAt(first + step));
    this.#ids = new Set(ids.filter((id) => id !== undefined));
    this.#activeIndex = index;
  }

  chooseAll(ids: readonly number[]): void {
    this.#ids = new Set(ids);
  }

  clear(): void {
    this.#ids = new Set();
    this.#activeIndex = -1;
    this.#anchorIndex = 0;
  }
}
