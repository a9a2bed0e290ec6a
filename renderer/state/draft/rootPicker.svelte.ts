import type { EnlargerApi, ProgramInfo } from '../../../core/api/contract.ts';
import { toErrorDto } from '../../../core/api/errors.ts';
import type { ErrorDto } from '../../../core/api/errors.ts';
import type { RootEntry } from '../../../core/api/views.ts';
import type { Incoming } from './incoming.ts';
import { Latest } from '../latest.ts';

const PAGE_ENTRIES = 500;

type Root = ProgramInfo['roots'][number];

/** A folder on the way from the root to the current one. */
export interface Crumb {
  readonly name: string;
  readonly relative: string;
}

/** A folder that was chosen, and how it is shown and named to the host. */
export interface ChosenFolder {
  readonly rootId: string;
  readonly relative: string;
  /** The root's name and the path below it, e.g. `Photos/2024`. */
  readonly shown: string;
}

/** Browses the folders that were opened for the browser window, to choose images from them, or a folder. */
export class RootPicker {
  readonly #api: EnlargerApi;
  readonly #roots: readonly Root[];
  readonly #latest = new Latest();
  #purpose = $state<'pictures' | 'folder' | undefined>(undefined);
  #settle: (folder: ChosenFolder | undefined) => void = () => undefined;
  #root = $state.raw<Root | undefined>(undefined);
  #relative = $state('');
  #entries = $state.raw<readonly RootEntry[]>([]);
  #total = $state(0);
  #isLoading = $state(false);
  #error = $state.raw<ErrorDto | undefined>(undefined);
  #activeIndex = $state(0);
  /** Images of any folder of the root, by the way to them. */
  #chosen = $state.raw<ReadonlySet<string>>(new Set());

  constructor(api: EnlargerApi, roots: readonly Root[]) {
    this.#api = api;
    this.#roots = roots;
  }

  get roots(): readonly Root[] {
    return this.#roots;
  }

  /** The kind of choice; `undefined` while the picker is closed. */
  get purpose(): 'pictures' | 'folder' | undefined {
    return this.#purpose;
  }

  get root(): Root | undefined {
    return this.#root;
  }

  /** The root and the folders below it, down to the one that is shown. */
  get crumbs(): readonly Crumb[] {
    if (this.#root === undefined) return [];
    const names = this.#relative === '' ? [] : this.#relative.split('/');
    const below = names.map((name, index) => ({ name, relative: names.slice(0, index + 1).join('/') }));
    return [{ name: this.#root.name, relative: '' }, ...below];
  }

  /** The entries that are loaded; `total` counts all. */
  get entries(): readonly RootEntry[] {
    return this.#entries;
  }

  get total(): number {
    return this.#total;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  get error(): ErrorDto | undefined {
    return this.#error;
  }

  /** The entry that keys act on. */
  get activeIndex(): number {
    return this.#activeIndex;
  }

  get chosenCount(): number {
    return this.#chosen.size;
  }

  isChosen(name: string): boolean {
    return this.#chosen.has(this.#below(name));
  }

  /** Opens the picker in the first root, with nothing chosen. */
  async open(purpose: 'pictures' | 'folder' = 'pictures'): Promise<void> {
    const [first] = this.#roots;
    if (first === undefined) return;
    this.#purpose = purpose;
    await this.chooseRoot(first.id);
  }

  /** Lets the user choose a folder; `undefined` if the picker was closed without a choice. */
  chooseFolder(): Promise<ChosenFolder | undefined> {
    this.close();
    if (this.#roots.length === 0) return Promise.resolve(undefined);
    void this.open('folder');
    return new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  close(): void {
    this.#end(undefined);
  }

  /** Ends the choice of a folder with the one that is shown. */
  useFolder(): void {
    if (this.#root === undefined) return;
    const shown = this.crumbs.map(({ name }) => name).join('/');
    this.#end({ rootId: this.#root.id, relative: this.#relative, shown });
  }

  #end(folder: ChosenFolder | undefined): void {
    this.#purpose = undefined;
    this.#latest.forget();
    this.#settle(folder);
    this.#settle = () => undefined;
  }

  async chooseRoot(rootId: string): Promise<void> {
    this.#root = this.#roots.find(({ id }) => id === rootId);
    this.#chosen = new Set();
    await this.go('');
  }

  /** Shows another folder of the root; the choice is kept. */
  async go(relative: string): Promise<void> {
    const cameFrom = this.#relative.startsWith(relative) ? this.#relative.slice(relative.length) : '';
    this.#relative = relative;
    this.#entries = [];
    this.#total = 0;
    this.#activeIndex = 0;
    await this.#load(0);
    if (this.#relative !== relative) return; // another folder is shown by now
    // On the way up, the previous folder becomes the active one.
    const left = cameFrom.split('/').find((name) => name !== '');
    this.#activeIndex = Math.max(
      0,
      this.#entries.findIndex(({ name }) => name === left),
    );
  }

  async up(): Promise<void> {
    const parent = this.crumbs.at(-2);
    if (parent !== undefined) await this.go(parent.relative);
  }

  /** Loads more of a large folder when its end is scrolled into view. */
  async loadMore(): Promise<void> {
    if (!this.#isLoading && this.#entries.length < this.#total) await this.#load(this.#entries.length);
  }

  /** Moves by `step` entries: down, or up if negative. */
  moveBy(step: number): void {
    this.#activeIndex = Math.min(this.#entries.length - 1, Math.max(0, this.#activeIndex + step));
  }

  /** The action of a click or Enter: opens a folder, or toggles an image. */
  async press(index: number): Promise<void> {
    const entry = this.#entries[index];
    this.#activeIndex = index;
    if (entry?.kind === 'folder') await this.go(this.#below(entry.name));
    else this.toggle(index);
  }

  /** Selects an image, or deselects it. */
  toggle(index: number): void {
    const entry = this.#entries[index];
    if (entry?.kind !== 'picture' || this.#purpose === 'folder') return;
    const chosen = new Set(this.#chosen);
    const place = this.#below(entry.name);
    if (!chosen.delete(place)) chosen.add(place);
    this.#chosen = chosen;
  }

  /** The chosen images, in the order of their folders and names. */
  takeChosen(): readonly Incoming[] {
    const places = [...this.#chosen].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    return places.flatMap((place) => this.#incoming(place));
  }

  /** The folder that is shown, with everything in it. */
  takeFolder(): readonly Incoming[] {
    return this.#incoming(this.#relative);
  }

  #incoming(relative: string): readonly Incoming[] {
    if (this.#root === undefined) return [];
    const { id, name } = this.#root;
    return [{ kind: 'root', rootId: id, relative, name: relative.split('/').at(-1) || name }];
  }

  #below(name: string): string {
    return this.#relative === '' ? name : `${this.#relative}/${name}`;
  }

  async #load(offset: number): Promise<void> {
    if (this.#root === undefined) return;
    const where = { rootId: this.#root.id, relative: this.#relative };
    this.#isLoading = true;
    this.#error = undefined;
    try {
      const page = await this.#latest.run(() =>
        this.#api.listRoot({ ...where, offset, limit: PAGE_ENTRIES }),
      );
      if (page === undefined) return; // another folder is shown by now
      this.#entries = [...this.#entries.slice(0, offset), ...page.entries];
      this.#total = page.total;
    } catch (error) {
      this.#error = toErrorDto(error);
    }
    this.#isLoading = false;
  }
}
