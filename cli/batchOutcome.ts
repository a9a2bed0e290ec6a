import type { BatchEvent, BatchTotals } from '../core/api/events.ts';
import { EXIT } from './program.ts';

/** What the exit code of a batch depends on, beyond its totals. */
export class BatchOutcome {
  readonly #failureCodes: string[] = [];
  #pictures = 0;

  see(event: BatchEvent): void {
    if (event.type === 'job-failed') this.#failureCodes.push(event.error.code);
    const isEnd =
      event.type.startsWith('job-') && event.type !== 'job-started' && event.type !== 'job-progress';
    if (isEnd && !(event.type === 'job-skipped' && event.reason === 'not-a-picture')) this.#pictures++;
  }

  /** @param isInterrupted Whether someone cancelled; `--fail-fast` cancels, too, but is a failure. */
  exitCode(totals: BatchTotals, isInterrupted: boolean): number {
    if (totals.cancelled > 0 && isInterrupted) return EXIT.cancelled;
    if (totals.failed > 0) {
      const noDevice = totals.done === 0 && this.#failureCodes.every((code) => code === 'engine/unavailable');
      return noDevice ? EXIT.noDevice : EXIT.someFailed;
    }
    return this.#pictures === 0 ? EXIT.nothingToDo : EXIT.done;
  }
}
