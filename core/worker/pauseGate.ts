import { EnlargerError } from '../api/errors.ts';
import { throwIfCancelled } from './semaphore.ts';

/** Where jobs wait while their worker is paused. */
export class PauseGate {
  #opened: Promise<void> | undefined;
  #open: () => void = () => undefined;

  get isClosed(): boolean {
    return this.#opened !== undefined;
  }

  pause(): void {
    this.#opened ??= new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  resume(): void {
    this.#opened = undefined;
    this.#open();
  }

  /**
   * Resolves once the gate is open.
   *
   * @throws EnlargerError `job/cancelled`.
   */
  async pass(signal: AbortSignal): Promise<void> {
    while (this.#opened !== undefined) {
      throwIfCancelled(signal);
      await firstOf(this.#opened, signal);
    }
  }
}

async function firstOf(opened: Promise<void>, signal: AbortSignal): Promise<void> {
  let cancel = (): void => undefined;
  const cancelled = new Promise<never>((_, reject) => {
    cancel = () => {
      reject(new EnlargerError('job/cancelled', 'The job was cancelled.'));
    };
    signal.addEventListener('abort', cancel);
  });
  try {
    await Promise.race([opened, cancelled]);
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
