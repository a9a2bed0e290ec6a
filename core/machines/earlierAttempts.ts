import { setTimeout as delay } from 'node:timers/promises';
import type { WorkReport } from './messages.ts';
import type { AttemptRecord, QueueLink } from './queueLink.ts';

/** How long a start waits for reports that arrived while no coordinator was there. */
const REPORTS_WITHIN_MS = 5_000;
const LOOK_MS = 50;

/** What an earlier run of this coordinator has handed out. */
export interface EarlierAttempt {
  readonly attempt: string;
  readonly record: AttemptRecord;
  /** Present if it has ended. */
  readonly report?: WorkReport;
}

/** Attempts of an earlier run that ended suddenly: work that machines have done since then is used, not repeated. */
export class EarlierAttempts {
  readonly #link: QueueLink;
  readonly #attempts = new Map<string, EarlierAttempt>();

  constructor(link: QueueLink) {
    this.#link = link;
  }

  get size(): number {
    return this.#attempts.size;
  }

  get all(): readonly string[] {
    return [...this.#attempts.keys()];
  }

  has(attempt: string): boolean {
    return this.#attempts.has(attempt);
  }

  async load(): Promise<void> {
    const found = await this.#link.attempts().catch(() => new Map<string, AttemptRecord>());
    for (const [attempt, record] of found) this.#attempts.set(attempt, { attempt, record });
  }

  /** Waits until the reports that were left in the queue have been received. */
  async receiveReports(): Promise<void> {
    if (this.#attempts.size === 0) return;
    for (let waitedMs = 0; waitedMs < REPORTS_WITHIN_MS; waitedMs += LOOK_MS) {
      if ((await this.#link.pendingReports().catch(() => 0)) === 0) return;
      await delay(LOOK_MS);
    }
  }

  /** @returns Whether the report belongs to an attempt of the earlier run. */
  note(report: WorkReport): boolean {
    const earlier = this.#attempts.get(report.attempt);
    if (earlier?.record.machine !== report.machine.id) return false;
    this.#attempts.set(report.attempt, { ...earlier, report });
    return true;
  }

  /** The attempt at the same work, which is removed from those of the earlier run. */
  take(workKey: string): EarlierAttempt | undefined {
    const found = [...this.#attempts.values()].find(({ record }) => record.workKey === workKey);
    if (found !== undefined) this.#attempts.delete(found.attempt);
    return found;
  }
}
