import type { HostEvent } from '../api/contract.ts';
import type { JobView } from '../api/views.ts';

/** A client that is this many rows behind has to request its page again. */
const MAX_WAITING_JOBS = 2_000;

/**
 * Events that were not yet sent to one slow client. Newer events replace older ones about the same thing, so
 * that progress is dropped, ends are not, and memory stays bounded.
 */
export class EventMailbox {
  readonly #jobs = new Map<number, JobView>();
  readonly #others = new Map<HostEvent['type'], HostEvent>();

  put(event: HostEvent): void {
    if (event.type !== 'jobs-changed') {
      this.#others.set(event.type, event);
      return;
    }
    for (const job of event.jobs) this.#jobs.set(job.id, job);
    if (this.#jobs.size <= MAX_WAITING_JOBS) return;
    this.#jobs.clear();
    this.#others.set('jobs-reordered', { type: 'jobs-reordered' });
  }

  /** @returns All that is waiting, and forgets it. */
  takeAll(): readonly HostEvent[] {
    const jobs = [...this.#jobs.values()];
    const others = [...this.#others.values()];
    this.#jobs.clear();
    this.#others.clear();
    return jobs.length > 0 ? [{ type: 'jobs-changed', jobs }, ...others] : others;
  }
}
