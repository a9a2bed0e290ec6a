import { EnlargerError } from '../api/errors.ts';

/** @throws EnlargerError `job/cancelled` if the signal is aborted. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new EnlargerError('job/cancelled', 'The job was cancelled.');
}

interface Waiting {
  readonly cost: number;
  readonly enter: () => void;
}

/**
 * Admits work in order of arrival while the sum of costs stays within the capacity. Work that costs more than the
 * capacity is admitted alone.
 */
export class Semaphore {
  readonly #capacity: number;
  #used = 0;
  #waiting: Waiting[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /**
   * Waits for capacity and acquires it.
   *
   * @returns A function that releases it; further calls do nothing.
   * @throws EnlargerError `job/cancelled`.
   */
  async enter(cost: number, signal: AbortSignal): Promise<() => void> {
    throwIfCancelled(signal);
    await new Promise<void>((resolve, reject) => {
      const giveUp = (): void => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting);
        reject(new EnlargerError('job/cancelled', 'The job was cancelled.'));
        this.#admit();
      };
      const enter = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const waiting: Waiting = { cost, enter };
      this.#waiting.push(waiting);
      signal.addEventListener('abort', giveUp, { once: true });
      this.#admit();
    });
    let inside = true;
    return () => {
      if (!inside) return;
      inside = false;
      this.#used -= cost;
      this.#admit();
    };
  }

  #admit(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined || (this.#used > 0 && this.#used + next.cost > this.#capacity)) return;
      this.#waiting.shift();
      this.#used += next.cost;
      next.enter();
    }
  }
}
