/** Over how long the pace is measured. */
const WINDOW_MS = 60_000;

/** Of a very fast queue the newest results are enough. */
const MAX_SAMPLES = 500;

interface Sample {
  readonly at: number;
  readonly startedAt: number;
  readonly megapixels: number;
}

/** How fast a queue has been over the last minute. */
export class QueueRate {
  #samples: Sample[] = [];
  #device: string | undefined;

  /** What made the newest result, by its name. */
  get device(): string | undefined {
    return this.#device;
  }

  note(
    { megapixels, elapsedMs, device }: { megapixels: number; elapsedMs: number; device: string },
    now = Date.now(),
  ): void {
    this.#device = device;
    this.#samples.push({ at: now, startedAt: now - elapsedMs, megapixels });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  #recent(now: number): { readonly samples: readonly Sample[]; readonly spanMs: number } {
    this.#samples = this.#samples.filter(({ at }) => now - at <= WINDOW_MS);
    const since = Math.min(...this.#samples.map(({ startedAt }) => startedAt));
    return { samples: this.#samples, spanMs: Math.max(now - since, 1) };
  }

  /** Megapixels of results a second; 0 when nothing was finished of late. */
  megapixelsPerSecond(now = Date.now()): number {
    const { samples, spanMs } = this.#recent(now);
    const megapixels = samples.reduce((sum, sample) => sum + sample.megapixels, 0);
    return samples.length === 0 ? 0 : megapixels / (spanMs / 1000);
  }

  /** Time for so many more images at this pace; undefined when nothing was finished of late. */
  remainingMs(images: number, now = Date.now()): number | undefined {
    const { samples, spanMs } = this.#recent(now);
    return samples.length === 0 ? undefined : Math.round((spanMs / samples.length) * images);
  }
}
