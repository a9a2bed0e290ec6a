import type { Size } from '../api/image.ts';
import type { MediaId } from '../api/views.ts';
import type { MediaService } from '../media/mediaService.ts';
import type { StoredJob } from '../store/storedJob.ts';

/** Visible rows change; no more than a few screens' worth is kept. */
const MAX_KEPT = 500;
const MAX_WAITING = 200;

/** @throws EnlargerError if the job has no result, or it may not be shown. */
type ResultOf = (jobId: number) => Promise<string>;

/** @param inputSize Known if the original was read. */
type OnMade = (jobId: number, inputSize?: Size) => void;

interface Thumbnail {
  readonly media: MediaId;
  readonly inputSize?: Size;
}

/** Renders thumbnails for the visible rows, one at a time, latest requests first. */
export class Thumbnails {
  readonly #media: MediaService;
  readonly #resultOf: ResultOf;
  readonly #onMade: OnMade;
  /** An image that cannot be shown is remembered, too: `undefined`. */
  readonly #made = new Map<number, MediaId | undefined>();
  readonly #waiting = new Map<number, StoredJob>();
  #isWorking = false;
  #isClosed = false;

  constructor(media: MediaService, resultOf: ResultOf, onMade: OnMade) {
    this.#media = media;
    this.#resultOf = resultOf;
    this.#onMade = onMade;
  }

  of(jobId: number): MediaId | undefined {
    return this.#made.get(jobId);
  }

  /** Notes that these rows are visible. */
  want(jobs: readonly StoredJob[]): void {
    for (const job of jobs.toReversed()) {
      // A job without a result has no image to show.
      if (this.#made.has(job.id) || job.target === undefined) continue;
      this.#waiting.delete(job.id);
      this.#waiting.set(job.id, job);
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
      const [id, job] = next;
      this.#waiting.delete(id);
      const made = await this.#make(job);
      this.#made.set(id, made?.media);
      trim(this.#made, MAX_KEPT);
      if (made !== undefined && !this.#isClosed) this.#onMade(id, made.inputSize);
    }
    this.#isWorking = false;
  }

  /** Shows the result where the original has moved. */
  async #make({ id, source, state }: StoredJob): Promise<Thumbnail | undefined> {
    const original = await this.#media.thumbnail(source).catch(() => undefined);
    if (original !== undefined) return { media: original.media, inputSize: original.size };
    if (state.kind !== 'done') return undefined;
    const result = await this.#resultOf(id)
      .then((file) => this.#media.thumbnail(file))
      .catch(() => undefined);
    return result && { media: result.media };
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
