import type { JobCounts } from '../../core/api/views.ts';

function endedJobs({ done, skipped, failed, cancelled }: JobCounts): number {
  return done + skipped + failed + cancelled;
}

/** The progress of a run, from the queue's counts; jobs that ended before it began do not count. */
export class RunProgress {
  #endedBefore: number | undefined;

  /**
   * @param isWorking Whether the queue is at work, or waits to continue.
   * @returns 0…1, or undefined when there is nothing to show.
   */
  update(isWorking: boolean, counts: JobCounts): number | undefined {
    if (!isWorking) {
      this.#endedBefore = undefined;
      return undefined;
    }
    const ended = endedJobs(counts);
    // Rows that were removed from the list make the counts smaller.
    this.#endedBefore = Math.min(this.#endedBefore ?? ended, ended);
    const endedNow = ended - this.#endedBefore;
    const total = endedNow + counts.queued + counts.running;
    return total === 0 ? undefined : endedNow / total;
  }
}
