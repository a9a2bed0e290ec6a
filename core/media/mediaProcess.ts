import { EnlargerError, fromErrorDto } from '../api/errors.ts';
import type { MediaHandle, MediaLauncher } from './mediaLauncher.ts';
import type { FromMedia, MediaTask, MediaTaskName, MediaTasks } from './mediaMessages.ts';

/** How many tasks of a kind run at once, and how long one may take. */
const QUEUES: Readonly<Record<MediaTaskName, { readonly width: number; readonly deadlineMs: number }>> = {
  thumbnail: { width: 2, deadlineMs: 30_000 },
  // Whole images are decoded while people look at others.
  verify: { width: 1, deadlineMs: 150_000 },
  tile: { width: 4, deadlineMs: 30_000 },
  pyramid: { width: 1, deadlineMs: 300_000 },
  preview: { width: 1, deadlineMs: 120_000 },
  heatMap: { width: 1, deadlineMs: 300_000 },
  comparison: { width: 1, deadlineMs: 300_000 },
  // A report of hundreds asks for one after the other, while people look at other images.
  reportImages: { width: 2, deadlineMs: 300_000 },
};

/** A task whose process dies gets one more try, alone: another task may have been the cause. */
const MAX_ATTEMPTS = 2;

export interface MediaProcessOptions {
  readonly launch: MediaLauncher;
  /** Resident memory at which the process is replaced. */
  readonly memoryCeilingBytes: number;
  /** Idle time after which the process ends and frees its models. */
  readonly idleMs: number;
}

interface Pending {
  readonly id: number;
  readonly task: MediaTask;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: EnlargerError) => void;
  attempts: number;
  /** It is no longer awaited, but it still occupies its place in the process. */
  isAbandoned: boolean;
  deadline?: NodeJS.Timeout;
}

function cancelled(): EnlargerError {
  return new EnlargerError('job/cancelled', 'The image is no longer needed.');
}

/** Runs tasks in a separate process: starts it when it is needed, and replaces it when it dies or hangs. */
export class MediaProcess {
  readonly #options: MediaProcessOptions;
  #handle: MediaHandle | undefined;
  #waiting: Pending[] = [];
  readonly #running = new Map<number, Pending>();
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;
  #isClosed = false;

  constructor(options: MediaProcessOptions) {
    this.#options = options;
  }

  /**
   * Runs one task to the end.
   *
   * @throws EnlargerError with the task's own code, `image/timeout`, `worker/…`, or `job/cancelled`.
   */
  run<Name extends MediaTaskName>(
    name: Name,
    input: MediaTasks[Name]['input'],
    signal?: AbortSignal,
  ): Promise<MediaTasks[Name]['output']> {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      const cancel = (): void => {
        this.#cancel(pending);
      };
      const settled = <Value>(settle: (value: Value) => void) => {
        return (value: Value): void => {
          signal?.removeEventListener('abort', cancel);
          settle(value);
        };
      };
      const pending: Pending = {
        id,
        task: { name, input } as MediaTask, // name and input belong together by this method's type
        resolve: settled((output) => resolve(output as MediaTasks[Name]['output'])), // the process keeps to MediaTasks
        reject: settled(reject),
        attempts: 0,
        isAbandoned: false,
      };
      signal?.addEventListener('abort', cancel);
      this.#waiting.push(pending);
      if (this.#isClosed || signal?.aborted === true) cancel();
      this.#supply();
    });
  }

  /** Ends the process, and waits for its end; what is under way is cancelled. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#idle);
    for (const pending of [...this.#waiting, ...this.#running.values()]) this.#cancel(pending);
    const handle = this.#handle;
    this.#drop();
    if (handle === undefined) return;
    await new Promise<void>((resolve) => {
      handle.onExit(() => resolve());
      handle.kill();
    });
  }

  #supply(): void {
    if (this.#isClosed) return;
    for (const pending of [...this.#waiting]) {
      if (!this.#hasRoomFor(pending)) continue;
      this.#waiting = this.#waiting.filter((other) => other !== pending);
      this.#start(pending);
    }
    this.#watchIdleness();
  }

  #hasRoomFor({ task, attempts }: Pending): boolean {
    const running = [...this.#running.values()];
    // What was under way when a process died is tried again alone, so that a second death reveals the culprit.
    if (attempts > 0 || running.some((other) => other.attempts > 1)) return running.length === 0;
    return running.filter((other) => other.task.name === task.name).length < QUEUES[task.name].width;
  }

  #start(pending: Pending): void {
    const { id, task } = pending;
    pending.attempts++;
    pending.deadline = setTimeout(() => {
      this.#onDeadline(pending);
    }, QUEUES[task.name].deadlineMs);
    this.#running.set(id, pending);
    this.#process().send({ type: 'run', id, task });
  }

  #process(): MediaHandle {
    if (this.#handle !== undefined) return this.#handle;
    const handle = this.#options.launch();
    this.#handle = handle;
    handle.onMessage((message) => {
      // Messages of a replaced process arrive too late.
      if (this.#handle === handle) this.#receive(message as FromMedia); // the same program on both ends
    });
    handle.onExit(({ how }) => {
      if (this.#handle !== handle) return;
      const message = `The program that reads images for the window died: ${how}.`;
      this.#replace(new EnlargerError('worker/crashed', message));
    });
    return handle;
  }

  #receive(message: FromMedia): void {
    if (message.type === 'alive') {
      if (message.residentBytes > this.#options.memoryCeilingBytes) this.#onTooMuchMemory();
      return;
    }
    const pending = this.#running.get(message.id);
    if (pending === undefined) return;
    this.#running.delete(message.id);
    clearTimeout(pending.deadline);
    if (message.type === 'finished') pending.resolve(message.output);
    else pending.reject(fromErrorDto(message.error));
    this.#supply();
  }

  #onTooMuchMemory(): void {
    const message = 'The image needs more memory to be shown than the program allows itself.';
    this.#replace(new EnlargerError('worker/out-of-memory', message));
  }

  #onDeadline(pending: Pending): void {
    const seconds = QUEUES[pending.task.name].deadlineMs / 1000;
    this.#running.delete(pending.id);
    pending.reject(new EnlargerError('image/timeout', `The image could not be read within ${seconds} s.`));
    this.#replace(new EnlargerError('worker/crashed', 'The program that reads images was restarted.'));
  }

  #cancel(pending: Pending): void {
    if (pending.isAbandoned) return;
    pending.isAbandoned = true;
    this.#waiting = this.#waiting.filter((other) => other !== pending);
    if (this.#running.has(pending.id)) this.#handle?.send({ type: 'cancel', id: pending.id });
    pending.reject(cancelled());
  }

  /** Ends the process and puts what was under way back into the queue, or gives it up. */
  #replace(cause: EnlargerError): void {
    const unfinished = [...this.#running.values()];
    const handle = this.#handle;
    this.#drop();
    handle?.kill();
    const again = unfinished.filter(({ isAbandoned, attempts }) => !isAbandoned && attempts < MAX_ATTEMPTS);
    for (const pending of unfinished) if (!again.includes(pending)) pending.reject(cause);
    this.#waiting = [...again, ...this.#waiting];
    this.#supply();
  }

  #drop(): void {
    this.#handle = undefined;
    for (const { deadline } of this.#running.values()) clearTimeout(deadline);
    this.#running.clear();
  }

  #watchIdleness(): void {
    clearTimeout(this.#idle);
    if (this.#running.size > 0 || this.#handle === undefined) return;
    this.#idle = setTimeout(() => {
      this.#handle?.send({ type: 'shutdown' });
      this.#drop();
    }, this.#options.idleMs);
    this.#idle.unref();
  }
}
