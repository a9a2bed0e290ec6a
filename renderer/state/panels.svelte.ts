/** What remembers sizes between two starts of the window; the page's local storage. */
export type Memory = Pick<Storage, 'getItem' | 'setItem'>;

export type PanelName = 'list' | 'rail';
/** In a narrow window one of these is visible at a time. */
export type Pane = 'list' | 'image' | 'rail';

interface Limits {
  readonly min: number;
  readonly max: number;
  readonly first: number;
}

/** Widths in CSS pixels. */
export const PANEL_LIMITS: Readonly<Record<PanelName, Limits>> = {
  list: { min: 200, max: 520, first: 264 },
  rail: { min: 280, max: 560, first: 340 },
};

/** The widths of the panels next to the image, as a person set them. */
export class Panels {
  readonly #memory: Memory | undefined;
  #list = $state(PANEL_LIMITS.list.first);
  #rail = $state(PANEL_LIMITS.rail.first);
  #pane = $state<Pane>('list');

  constructor(memory?: Memory) {
    this.#memory = memory;
    for (const name of ['list', 'rail'] as const) {
      const stored = Number(memory?.getItem(`panel.${name}`) ?? Number.NaN);
      if (Number.isFinite(stored) && stored > 0) this.#put(name, stored);
    }
  }

  get pane(): Pane {
    return this.#pane;
  }

  set pane(pane: Pane) {
    this.#pane = pane;
  }

  widthOf(name: PanelName): number {
    return name === 'list' ? this.#list : this.#rail;
  }

  resize(name: PanelName, width: number): void {
    this.#put(name, width);
    this.#memory?.setItem(`panel.${name}`, String(this.widthOf(name)));
  }

  #put(name: PanelName, width: number): void {
    const { min, max } = PANEL_LIMITS[name];
    const kept = Math.round(Math.min(max, Math.max(min, width)));
    if (name === 'list') this.#list = kept;
    else this.#rail = kept;
  }
}
