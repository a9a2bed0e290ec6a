import type { EnlargerApi } from '../../../core/api/contract.ts';
import type { WatchedFolderView } from '../../../core/api/watchedFolderView.ts';
import type { PresetBatch } from '../draft/batchOptions.svelte.ts';
import type { Notices } from '../notices.svelte.ts';

/** The form for a folder to watch. */
export interface WatchedFolderForm {
  readonly folder: string;
  readonly presetId: string;
  readonly recursive: boolean;
  readonly settleMs: number;
  readonly moveOriginalsTo: string;
  /** Patterns as people list them. */
  readonly include: string;
  readonly exclude: string;
  /** Whether the images already in the folder are enlarged, too. */
  readonly takesExisting: boolean;
}

export const FIRST_WATCH_FORM: WatchedFolderForm = {
  folder: '',
  presetId: '',
  recursive: true,
  settleMs: 2_000, // cameras and downloads write in bursts
  moveOriginalsTo: '',
  include: '',
  exclude: '',
  takesExisting: false, // a library of years of photos is only enlarged on request
};

/** Options for images that arrive on their own: no one is there to download results, so they go next to the originals. */
export function batchForWatching(batch: PresetBatch): PresetBatch {
  return batch.destination.kind === 'downloads'
    ? { ...batch, destination: { kind: 'beside', folderName: 'enlarged' } }
    : batch;
}

/** The watched folders and their settings. */
export class WatchedFolders {
  readonly #api: EnlargerApi;
  readonly #notices: Notices;
  #list = $state.raw<readonly WatchedFolderView[]>([]);

  constructor(api: EnlargerApi, notices: Notices) {
    this.#api = api;
    this.#notices = notices;
  }

  get list(): readonly WatchedFolderView[] {
    return this.#list;
  }

  apply(folders: readonly WatchedFolderView[]): void {
    this.#list = folders;
  }

  async load(): Promise<void> {
    this.apply((await this.#api.listWatchedFolders({})).folders);
  }

  /** @returns Whether the host accepted the folder. */
  async add(form: WatchedFolderForm): Promise<boolean> {
    const { folder, presetId, recursive, settleMs, moveOriginalsTo } = form;
    const added = await this.#notices.attempt(() =>
      this.#api.addWatchedFolder({
        folder,
        presetId,
        recursive,
        settleMs,
        include: patternsOf(form.include),
        exclude: patternsOf(form.exclude),
        paused: false,
        leaveExisting: !form.takesExisting,
        ...(moveOriginalsTo.trim() === '' ? {} : { moveOriginalsTo }),
      }),
    );
    if (added === undefined) return false;
    this.#put(added);
    return true;
  }

  /** How many images a folder contains now; undefined if that is not known (yet). */
  async countImages({ folder, recursive, include, exclude }: WatchedFolderForm): Promise<number | undefined> {
    if (folder.trim() === '') return undefined;
    const lists = { include: patternsOf(include), exclude: patternsOf(exclude) };
    try {
      return (await this.#api.countFolderImages({ folder, recursive, ...lists })).images;
    } catch {
      return undefined; // half a path while it is typed; adding it reports the problem
    }
  }

  async setPaused(id: number, paused: boolean): Promise<void> {
    const updated = await this.#notices.attempt(() => this.#api.updateWatchedFolder({ id, paused }));
    if (updated !== undefined) this.#put(updated);
  }

  async setPreset(id: number, presetId: string): Promise<void> {
    const updated = await this.#notices.attempt(() => this.#api.updateWatchedFolder({ id, presetId }));
    if (updated !== undefined) this.#put(updated);
  }

  /** Which images are accepted from now on, as a list of patterns; the other list stays. */
  async setPatterns(id: number, lists: { include?: string; exclude?: string }): Promise<void> {
    const change = Object.entries(lists).map(([name, text]) => [name, patternsOf(text)] as const);
    const updated = await this.#notices.attempt(() =>
      this.#api.updateWatchedFolder({ id, ...Object.fromEntries(change) }),
    );
    if (updated !== undefined) this.#put(updated);
  }

  async remove(id: number): Promise<void> {
    const answer = await this.#notices.attempt(() => this.#api.removeWatchedFolder({ id }));
    if (answer?.removed === true) this.#list = this.#list.filter((folder) => folder.id !== id);
  }

  #put(folder: WatchedFolderView): void {
    const isKnown = this.#list.some(({ id }) => id === folder.id);
    this.#list = isKnown
      ? this.#list.map((other) => (other.id === folder.id ? folder : other))
      : [...this.#list, folder];
  }
}

/** Patterns as people list them: with commas or on separate lines. Commas in braces belong to the pattern. */
function patternsOf(text: string): string[] {
  const patterns = text.match(/(?:\{[^{}\n]*\}|[^,\n])+/g) ?? [];
  return patterns.map((pattern) => pattern.trim()).filter((pattern) => pattern !== '');
}

/** Patterns as people list them. */
export function listOf(patterns: readonly string[]): string {
  return patterns.join(', ');
}
