import os from 'node:os';
import { z } from 'zod';
import { ERROR_CODES, type ErrorDto } from '../../api/errors.ts';
import type { WorkerHandle, WorkerLauncher } from '../../pool/launcher.ts';
import type { ToWorker } from '../../pool/messages.ts';

/** A network that takes longer to be proven than this would take hours for an image. */
export const PROOF_LIMIT_MS = 300_000;

/** Share of the machine's memory that a proof may take. */
const MEMORY_SHARE = 0.6;
const LOOK_EVERY_MS = 500;

export const errorSchema = z.object({ code: z.enum(ERROR_CODES), message: z.string() });

const aliveSchema = z.object({ type: z.literal('alive'), residentBytes: z.number() });

export interface RunOnceOptions<Answer> {
  readonly launch: WorkerLauncher;
  readonly message: ToWorker;
  /** Extracts the answer from a message; undefined for every other message. */
  readonly read: (message: unknown) => Answer | undefined;
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
}

export type OnceAnswer<Answer> = { readonly answer: Answer } | { readonly error: ErrorDto };

function watchMemory(worker: WorkerHandle, onTooMuch: () => void): NodeJS.Timeout {
  const limit = os.totalmem() * MEMORY_SHARE;
  worker.onMessage((message) => {
    const alive = aliveSchema.safeParse(message);
    if (alive.success && alive.data.residentBytes > limit) onTooMuch();
  });
  return setInterval(() => {
    if ((worker.residentBytes?.() ?? 0) > limit) onTooMuch();
  }, LOOK_EVERY_MS);
}

/**
 * Has a process answer one message and throws it away, within limits on time and memory: what it opens may take it
 * down. Never throws.
 */
export async function runOnce<Answer>(options: RunOnceOptions<Answer>): Promise<OnceAnswer<Answer>> {
  const { launch, message, read, limitMs, signal } = options;
  const worker = launch();
  let timer: NodeJS.Timeout | undefined;
  let look: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  try {
    return await new Promise<OnceAnswer<Answer>>((resolve) => {
      const fail = (code: ErrorDto['code'], text: string): void => {
        resolve({ error: { code, message: text } });
      };
      worker.onMessage((said) => {
        const answer = read(said);
        if (answer !== undefined) resolve({ answer });
      });
      worker.onExit(({ how }) => {
        fail('worker/crashed', `The process that tested the network ended: ${how}. Nothing was added.`);
      });
      timer = setTimeout(() => {
        fail(
          'worker/timeout',
          `The network was not proven within ${limitMs / 1000} s. It is too slow for this machine.`,
        );
      }, limitMs);
      look = watchMemory(worker, () => {
        fail(
          'model/too-large',
          'The network takes more memory than this machine can spare. Use a smaller one.',
        );
      });
      stop = () => {
        fail('job/cancelled', 'Adding the network was cancelled.');
      };
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop);
      worker.send(message);
    });
  } finally {
    clearTimeout(timer);
    clearInterval(look);
    if (stop !== undefined) signal?.removeEventListener('abort', stop);
    worker.kill();
  }
}
