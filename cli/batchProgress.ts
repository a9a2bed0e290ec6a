import type { BatchEvent } from '../core/api/events.ts';

/** The progress of a batch, from its events so far. */
export class BatchProgress {
  readonly #tileShare = new Map<number, number>();
  #inputs = 0;
  #ended = 0;
  #megapixels = 0;
  #worked = 0;

  see(event: BatchEvent): void {
    switch (event.type) {
      case 'batch-started':
        this.#inputs = event.inputs;
        return;
      case 'job-progress':
        this.#tileShare.set(event.job, event.tilesDone / event.tilesTotal);
        return;
      case 'job-done':
        this.#megapixels += (event.outputImage.width * event.outputImage.height) / 1e6;
        this.#worked++;
        this.#end(event.job);
        return;
      case 'job-skipped':
      case 'job-failed':
      case 'job-cancelled':
      case 'job-planned':
        this.#end(event.job);
        return;
      default:
        return;
    }
  }

  #end(job: number): void {
    this.#tileShare.delete(job);
    this.#ended++;
  }

  get inputs(): number {
    return this.#inputs;
  }

  get ended(): number {
    return this.#ended;
  }

  /** Images that have ended, plus the finished fractions of those under way. */
  get equivalentImages(): number {
    return this.#ended + [...this.#tileShare.values()].reduce((sum, share) => sum + share, 0);
  }

  /** Output megapixels per second so far. */
  megapixelsPerSecond(elapsedSeconds: number): number {
    return elapsedSeconds > 0 ? this.#megapixels / elapsedSeconds : 0;
  }

  /** Estimated seconds left, at the pace so far; undefined before the first progress. */
  secondsLeft(elapsedSeconds: number): number | undefined {
    const worked = this.#worked + [...this.#tileShare.values()].reduce((sum, share) => sum + share, 0);
    if (worked <= 0) return undefined;
    return (elapsedSeconds / worked) * Math.max(this.#inputs - this.equivalentImages, 0);
  }
}
