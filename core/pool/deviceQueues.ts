import { compareInLine, type PendingJob } from './pendingJob.ts';

/** Jobs that wait for a worker, the next one first. */
export class DeviceQueues {
  readonly #jobs: PendingJob[] = [];

  add(pending: PendingJob): void {
    const before = this.#jobs.findLastIndex((other) => compareInLine(other, pending) <= 0);
    this.#jobs.splice(before + 1, 0, pending);
  }

  /** @returns Whether it was in the queue. */
  remove(pending: PendingJob): boolean {
    const index = this.#jobs.indexOf(pending);
    if (index >= 0) this.#jobs.splice(index, 1);
    return index >= 0;
  }

  /** Whether jobs wait in a queue. */
  has(queue: string): boolean {
    return this.#jobs.some((pending) => pending.queue === queue);
  }

  /** A copy: jobs may come and go meanwhile. */
  inOrder(): readonly PendingJob[] {
    return [...this.#jobs];
  }

  clear(): PendingJob[] {
    return this.#jobs.splice(0);
  }
}
