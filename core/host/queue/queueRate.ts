/**
 * Number of results from which the pace is measured: enough to level out single images, few enough to follow a change of
 * model.
 */
const MAX_SAMPLES = 50;

/** Work that is older than this, in busy time, is not representative of the present. */
const WINDOW_MS = 5 * 60_000;

/** A result, with its start and end on the clock that runs only while there is work. */
interface Sample {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly megapixels: number;
}

/** What is still open: images, of which some have a known size. */
export interface OpenWork {
  readonly images: number;
  readonly sizedImages: number;
  /** Of the results of the images with a known size. */
  readonly sizedMegapixels: number;
}

/**
 * How fast a queue works. Time counts only while an image is under way and the queue is not paused: a break between
 * two batches, or a pause, changes nothing about the pace.
 */
export class QueueRate {
  readonly #started = new Map<number, number>();
  #samples: Sample[] = [];
  #isPaused = false;
  #busyMs = 0;
  #busySince: number | undefined;
  #device: string | undefined;

  /** Name of the device that made the newest result. */
  get device(): string | undefined {
    return this.#device;
  }

  /** Time of work so far. */
  busyMs(now = performance.now()): number {
    return this.#clock(now);
  }

  start(jobId: number, now = performance.now()): void {
    this.#started.set(jobId, this.#clock(now));
    this.#follow(now);
  }

  /** A paused queue suspends what it has begun. */
  setPaused(isPaused: boolean, now = performance.now()): void {
    this.#isPaused = isPaused;
    this.#follow(now);
  }

  /** @param result Absent for a job that ended without one. */
  end(
    jobId: number,
    result?: { readonly megapixels: number; readonly device: string },
    now = performance.now(),
  ): void {
    const startedAt = this.#started.get(jobId);
    this.#started.delete(jobId);
    this.#follow(now);
    if (startedAt === undefined || result === undefined) return;
    this.#device = result.device;
    const sample = { startedAt, endedAt: this.#busyMs, megapixels: result.megapixels };
    this.#samples = [...this.#samples, sample]
      .filter(({ endedAt }) => endedAt > this.#busyMs - WINDOW_MS)
      .slice(-MAX_SAMPLES);
  }

  /** Megapixels of results per second of work; 0 before the first result. */
  megapixelsPerSecond(): number {
    const [first] = this.#samples;
    if (first === undefined) return 0;
    const from = Math.min(...this.#samples.map(({ startedAt }) => startedAt));
    const to = Math.max(...this.#samples.map(({ endedAt }) => endedAt));
    return this.#megapixels() / (Math.max(to - from, 1) / 1000);
  }

  /** Time for the open images at this pace; `undefined` before the first result. */
  remainingMs({ images, sizedImages, sizedMegapixels }: OpenWork): number | undefined {
    const pace = this.megapixelsPerSecond();
    if (pace === 0) return undefined;
    // An image of unknown size counts as the average of those that are known, done or open.
    const average = (this.#megapixels() + sizedMegapixels) / (this.#samples.length + sizedImages);
    const megapixels = sizedMegapixels + average * (images - sizedImages);
    return Math.round((megapixels / pace) * 1000);
  }

  #megapixels(): number {
    return this.#samples.reduce((sum, { megapixels }) => sum + megapixels, 0);
  }

  /** The time of work so far. */
  #clock(now: number): number {
    return this.#busyMs + (this.#busySince === undefined ? 0 : now - this.#busySince);
  }

  /** Starts or stops the clock. */
  #follow(now: number): void {
    this.#busyMs = this.#clock(now);
    this.#busySince = this.#started.size > 0 && !this.#isPaused ? now : undefined;
  }
}
