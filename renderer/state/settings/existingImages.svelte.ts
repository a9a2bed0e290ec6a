import { delayed } from '../delayed.ts';
import { Latest } from '../latest.ts';
import type { WatchedFolderForm, WatchedFolders } from './watchedFolders.svelte.ts';

/** A folder is counted once its name has not changed for this long. */
const TYPING_MS = 300;

/** How many images the folder in the form contains already. */
export class ExistingImages {
  readonly #watched: Pick<WatchedFolders, 'countImages'>;
  readonly #latest = new Latest();
  readonly #later = delayed(() => void this.#ask(), TYPING_MS);
  #form: WatchedFolderForm | undefined;
  #count = $state.raw<number | undefined>(undefined);

  constructor(watched: Pick<WatchedFolders, 'countImages'>) {
    this.#watched = watched;
  }

  /** Undefined while it is not known. */
  get count(): number | undefined {
    return this.#count;
  }

  /** Counts for this form from now on. */
  look(form: WatchedFolderForm): void {
    this.#form = form;
    this.#latest.forget();
    this.#count = undefined;
    this.#later.call();
  }

  async #ask(): Promise<void> {
    const form = this.#form;
    if (form === undefined) return;
    this.#count = await this.#latest.run(() => this.#watched.countImages(form));
  }
}
