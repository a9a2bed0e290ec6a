import type { Size } from '../api/image.ts';
import type { MediaId } from '../api/views.ts';
import type { MediaService } from '../media/mediaService.ts';
import type { StoredJob } from '../store/storedJob.ts';

/** Rows that are looked at come and go; more than a few screens' worth is not kept. */
const MAX_KEPT = 500;
const MAX_WAITING = 200;

/** Makes small images for the rows that somebody looks at, one at a time, those asked for last first. */
export class Thumbnails {
  readonly #media: MediaService;
  readonly #onMade: (jobId: number, size: Size) => void;
  /** An image that cannot be shown is remembered, too: `undefined`. */
  readonly #made = new Map<number, MediaId | undefined>();
  readonly #waiting = new Map<number, string>();
  #isWorking = false;
  #isClosed = false;

  constructor(media: MediaService, onMade: (jobId: number, size: Size) => void) {
    this.#media = media;
    this.#onMade = onMade;
  }

  of(jobId: number): MediaId | undefined {
    return this.#made.get(jobId);
  }

  /** Notes that these rows are looked at. */
  want(jobs: readonly StoredJob[]): void {
    for (const { id, source, target } of jobs.toReversed()) {
      // What led to no image has none to show.
      if (this.#made.has(id) || target === undefined) continue;
      this.#waiting.delete(id);
      this.#waiting.set(id, source);
    }
    trim(this.#waiting, MAX_WAITING);
    if (!this.#isWorking) void this.#work();
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting.clear();
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    for (let next = lastOf(this.#waiting); next !== undefined; next = lastOf(this.#waiting)) {
      const [id, file] = next;
      this.#waiting.delete(id);
      const made = await this.#media.thumbnail(file).catch(() => undefined);
      this.#made.set(id, made?.media);
      trim(this.#made, MAX_KEPT);
      if (made !== undefined && !this.#isClosed) this.#onMade(id, made.size);
    }
    this.#isWorking = false;
  }
}

function lastOf<Key, Value>(entries: ReadonlyMap<Key, Value>): readonly [Key, Value] | undefined {
  return [...entries].at(-1);
}

/** Keeps only the newest entries. */
function trim(entries: Map<number, unknown>, most: number): void {
  for (const key of entries.keys()) {
    if (entries.size <= most) return;
    entries.delete(key);
  }
}
