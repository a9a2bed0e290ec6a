import type { BatchEvent, BatchTotals } from '../../api/events.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import type { JobEnd } from '../queue/jobEnd.ts';

/** The event of a job's end; undefined for one that continues later. */
export function endEvent(
  { numberInBatch: job, input, target }: StoredJob,
  end: JobEnd,
): BatchEvent | undefined {
  switch (end.kind) {
    case 'done': {
      const { input: inputImage, output: outputImage, models, device, tiles, repairedTiles } = end.picture;
      const { times, warnings, quality, choice, reusedShare } = end.picture;
      return {
        ...{ type: 'job-done', job, input, output: end.outputPath, inputImage, outputImage },
        ...{ device, tiles, repairedTiles, times },
        models: [...models],
        warnings: [...warnings, ...(end.warnings ?? [])],
        ...(quality && { quality }),
        ...(choice && { choice }),
        ...(reusedShare !== undefined && { reusedShare }),
        ...(end.reportPath !== undefined && { report: end.reportPath }),
      };
    }
    case 'skipped':
      return {
        type: 'job-skipped',
        job,
        input,
        ...(target !== undefined && { output: target }),
        reason: end.reason,
      };
    case 'failed':
      return { type: 'job-failed', job, input, error: end.error };
    case 'cancelled':
      return { type: 'job-cancelled', job, input };
    case 'put-back':
      return undefined;
  }
}

/** The event of a job that ended before it was started; undefined for every other. */
export function settledEvent(job: StoredJob): BatchEvent | undefined {
  const { state } = job;
  return state.kind === 'skipped' || state.kind === 'failed' || state.kind === 'cancelled'
    ? endEvent(job, state)
    : undefined;
}

/** Keeps the totals of a batch by its events. */
export class BatchTally {
  readonly #totals: { -readonly [Key in keyof BatchTotals]: number };
  outputMegapixels = 0;

  constructor(inputs: number) {
    this.#totals = { inputs, done: 0, skipped: 0, failed: 0, cancelled: 0, planned: 0 };
  }

  get totals(): BatchTotals {
    return { ...this.#totals };
  }

  see(event: BatchEvent): void {
    switch (event.type) {
      case 'job-done':
        this.#totals.done++;
        this.outputMegapixels += (event.outputImage.width * event.outputImage.height) / 1e6;
        return;
      case 'job-skipped':
        this.#totals.skipped++;
        return;
      case 'job-failed':
        this.#totals.failed++;
        return;
      case 'job-cancelled':
        this.#totals.cancelled++;
        return;
      case 'job-planned':
        this.#totals.planned++;
        return;
      default:
        return;
    }
  }
}
