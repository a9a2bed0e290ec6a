import { EnlargerError } from '../core/api/errors.ts';

/** A person's answer to the message that the list of jobs is in use. */
export type BusyAnswer = 'again' | 'quit';

export interface BusyOptions {
  /** Shows why it cannot open yet, and offers to quit; the signal closes the dialog. */
  readonly ask: (message: string, signal: AbortSignal) => Promise<BusyAnswer>;
  /** Resolves when it is time to try again. */
  readonly pause: (signal: AbortSignal) => Promise<void>;
}

async function tryToOpen<Host>(open: () => Promise<Host>): Promise<Host | string> {
  try {
    return await open();
  } catch (error) {
    if (error instanceof EnlargerError && error.code === 'store/in-use') return error.message;
    throw error;
  }
}

/**
 * Opens the host as soon as no other process has the list of jobs: `enlarger run` keeps it until it has ended.
 * Meanwhile a dialog shows who has it, and offers to quit.
 *
 * @returns Undefined when the person gave up.
 * @throws What `open` throws, except `store/in-use`.
 */
export async function openWhenFree<Host extends object>(
  open: () => Promise<Host>,
  { ask, pause }: BusyOptions,
): Promise<Host | undefined> {
  const over = new AbortController();
  let answer: Promise<BusyAnswer> | undefined;
  try {
    for (;;) {
      const opened = await tryToOpen(open);
      if (typeof opened !== 'string') return opened;
      answer ??= ask(opened, over.signal);
      const next = await Promise.race([answer, pause(over.signal).then(() => 'wait' as const)]);
      if (next === 'quit') return undefined;
      // Answered, but still in use: the question is repeated.
      if (next === 'again') answer = undefined;
    }
  } finally {
    over.abort();
  }
}
