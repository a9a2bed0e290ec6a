/** Storage for sizes between two starts of the window: the page's local storage. */
export type Memory = Pick<Storage, 'getItem' | 'setItem'>;

/** The thumbnails of a new batch, the list of jobs, the report of a batch; and on the right, the settings. */
export type PanelName = 'strip' | 'list' | 'report' | 'rail';
/** In a narrow window one of these is visible at a time. */
export type Pane = 'list' | 'image' | 'rail';

interface Limits {
  readonly min: number;
  readonly max: number;
  readonly first: number;
}

/** Widths in CSS pixels. */
export const PANEL_LIMITS: Readonly<Record<PanelName, Limits>> = {
  strip: { min: 136, max: 520, first: 156 },
  list: { min: 200, max: 520, first: 264 },
  report: { min: 280, max: 560, first: 340 },
  rail: { min: 280, max: 560, first: 340 },
};

const PANEL_NAMES: readonly PanelName[] = ['strip', 'list', 'report', 'rail'];

/** The widths of the panels next to the image, as a person set them. */
export class Panels {
  readonly #memory: Memory | undefined;
  #widths = $state.raw<Readonly<Record<PanelName, number>>>({
    strip: PANEL_LIMITS.strip.first,
    list: PANEL_LIMITS.list.first,
    report: PANEL_LIMITS.report.first,
    rail: PANEL_LIMITS.rail.first,
  });
  #pane = $state<Pane>('list');

  constructor(memory?: Memory) {
    this.#memory = memory;
    for (const name of PANEL_NAMES) {
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
    return this.#widths[name];
  }

  resize(name: PanelName, width: number): void {
    this.#put(name, width);
    this.#memory?.setItem(`panel.${name}`, String(this.widthOf(name)));
  }

  #put(name: PanelName, width: number): void {
    const { min, max } = PANEL_LIMITS[name];
    const kept = Math.round(Math.min(max, Math.max(min, width)));
    this.#widths = { ...this.#widths, [name]: kept };
  }
}
