import type { DraftRow } from './draftRow.ts';

/** Which rows of the draft are selected, and which of them the preview shows. */
export class DraftSelection {
  readonly #rows: () => readonly DraftRow[];
  readonly #onShow: (row: DraftRow | undefined) => void;
  #activeKey = $state<string | undefined>(undefined);
  /** Where a selection with Shift begins. */
  #anchorKey: string | undefined;
  #keys = $state.raw<ReadonlySet<string>>(new Set());

  /** @param onShow Called with the row that the user selects. */
  constructor(rows: () => readonly DraftRow[], onShow: (row: DraftRow | undefined) => void) {
    this.#rows = rows;
    this.#onShow = onShow;
  }

  /** The row in the preview; the first one until a person selects another. */
  get active(): DraftRow | undefined {
    const rows = this.#rows();
    return rows.find(({ key }) => key === this.#activeKey) ?? rows[0];
  }

  /** The rows that actions on several rows apply to. */
  get keys(): ReadonlySet<string> {
    const { active } = this;
    if (this.#keys.size > 0 || active === undefined) return this.#keys;
    return new Set([active.key]);
  }

  has(key: string): boolean {
    return this.keys.has(key);
  }

  select(key: string): void {
    this.#anchorKey = key;
    this.#keys = new Set([key]);
    this.#show(key);
  }

  /** Adds a row to the selection, or removes it. */
  toggle(key: string): void {
    const keys = new Set(this.keys);
    if (!keys.delete(key)) keys.add(key);
    this.#keys = keys;
    this.#anchorKey = key;
    this.#show(key);
  }

  /** Selects all rows from the last selected one to this one. */
  extendTo(key: string): void {
    const rows = this.#rows();
    const indexOf = (wanted: string | undefined): number => rows.findIndex((row) => row.key === wanted);
    const [from, to] = [Math.max(0, indexOf(this.#anchorKey ?? this.active?.key)), indexOf(key)];
    const between = rows.slice(Math.min(from, to), Math.max(from, to) + 1);
    this.#keys = new Set(between.map((row) => row.key));
    this.#show(key);
  }

  selectAll(): void {
    this.#keys = new Set(this.#rows().map(({ key }) => key));
  }

  selectBeside(step: 1 | -1, isExtending = false): void {
    const rows = this.#rows();
    const beside = rows[rows.findIndex(({ key }) => key === this.active?.key) + step];
    if (beside === undefined) return;
    if (isExtending) this.extendTo(beside.key);
    else this.select(beside.key);
  }

  clear(): void {
    this.#keys = new Set();
    this.#anchorKey = undefined;
  }

  #show(key: string): void {
    this.#activeKey = key;
    this.#onShow(this.active);
  }
}
