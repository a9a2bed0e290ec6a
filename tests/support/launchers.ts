import { toErrorDto } from '../../core/api/errors.ts';
import type { WorkerExit, WorkerHandle, WorkerLauncher } from '../../core/pool/launcher.ts';
import type { EnlargeJob, EnlargeResult, FromWorker, ToWorker } from '../../core/pool/messages.ts';
import { enlargeImage, type JobHooks, type WorkerTools } from '../../core/worker/enlargeImage.ts';
import { ModelCache } from '../../core/worker/modelCache.ts';
import { Semaphore } from '../../core/worker/semaphore.ts';

/** A worker that a test controls. */
export class ScriptedWorker implements WorkerHandle {
  readonly sent: ToWorker[] = [];
  isKilled = false;
  /** Whether it ends when it is killed; a process inside a system call may not. */
  isMortal = true;
  /** Whether it gets as far as receiving messages. */
  canStart = true;
  memoryBytes: number | undefined;
  #listeners: ((message: unknown) => void)[] = [];
  #onExit: ((exit: WorkerExit) => void)[] = [];

  send(message: ToWorker): void {
    this.sent.push(message);
    if (this.canStart) this.say({ type: 'ready' });
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#listeners.push(listener);
  }

  onExit(listener: (exit: WorkerExit) => void): void {
    this.#onExit.push(listener);
  }

  kill(): void {
    this.isKilled = true;
    queueMicrotask(() => {
      if (this.isMortal) this.die('it was ended by SIGKILL');
    });
  }

  residentBytes(): number | undefined {
    return this.memoryBytes;
  }

  say(message: FromWorker): void {
    this.blurt(message);
  }

  /** Sends a value that may not be a message. */
  blurt(message: unknown): void {
    for (const listener of this.#listeners) listener(message);
  }

  die(how = 'it was ended by SIGSEGV'): void {
    for (const listener of this.#onExit) listener({ how, wasKilled: how.includes('SIGKILL') });
  }

  /** The jobs that it received, in order. */
  get jobs(): EnlargeJob[] {
    return this.sent.flatMap((message) => (message.type === 'enlarge' ? [message.job] : []));
  }

  /** The inputs of these jobs, whose names are numbers. */
  get inputs(): number[] {
    return this.jobs.map(({ inputPath }) => Number.parseInt(inputPath, 10));
  }

  /** The id under which it last received the job with an input. */
  attemptIdOf(input: number): number {
    const given = this.sent.findLast(
      (message) => message.type === 'enlarge' && Number.parseInt(message.job.inputPath, 10) === input,
    );
    if (given?.type !== 'enlarge') throw new Error(`This worker never received ${input}.`);
    return given.attemptId;
  }
}

/** A launcher and the workers that it has started. */
export function scriptedLauncher(): { launch: WorkerLauncher; workers: ScriptedWorker[] } {
  const workers: ScriptedWorker[] = [];
  const launch = (): ScriptedWorker => {
    const worker = new ScriptedWorker();
    workers.push(worker);
    return worker;
  };
  return { launch, workers };
}

export type Perform = (job: EnlargeJob, tools: WorkerTools, hooks: JobHooks) => Promise<EnlargeResult>;

/** Workers without processes: the real work, in this process, behind the same messages. */
export function inMemoryLauncher(perform: Perform = enlargeImage): WorkerLauncher {
  return () => {
    const tools: WorkerTools = {
      models: new ModelCache(),
      inference: new Semaphore(1),
      memory: new Semaphore(64 * 1024 * 1024),
    };
    const worker = new ScriptedWorker();
    const running = new Map<number, AbortController>();
    const runJob = async (attemptId: number, job: EnlargeJob): Promise<void> => {
      const controller = new AbortController();
      running.set(attemptId, controller);
      const onProgress = (tilesDone: number, tilesTotal: number): void => {
        if (!worker.isKilled) worker.say({ type: 'progress', attemptId, tilesDone, tilesTotal });
      };
      try {
        const result = await perform(job, tools, { signal: controller.signal, onProgress });
        if (!worker.isKilled) worker.say({ type: 'finished', attemptId, result });
      } catch (error) {
        if (!worker.isKilled) worker.say({ type: 'failed', attemptId, error: toErrorDto(error) });
      }
    };
    worker.send = (message) => {
      if (message.type === 'enlarge') void runJob(message.attemptId, message.job);
      else if (message.type === 'cancel') running.get(message.attemptId)?.abort();
      else if (message.type === 'warm') worker.say({ type: 'warmed' });
      else if (message.type === 'shutdown') worker.die('it ended with exit code 0');
    };
    return worker;
  };
}

/** Real worker processes of the compiled program. */
export async function compiledLauncher(): Promise<WorkerLauncher> {
  const file = new URL('../../dist/core/pool/launcher.js', import.meta.url).href;
  const { forkWorker } = (await import(file)) as { forkWorker: WorkerLauncher };
  return forkWorker;
}
