import { toErrorDto } from '../../core/api/errors.ts';
import type { WorkerHandle, WorkerLauncher } from '../../core/pool/launcher.ts';
import type { EnhanceJob, EnhanceResult, FromWorker, ToWorker } from '../../core/pool/messages.ts';
import { enhanceImage, type JobHooks, type WorkerTools } from '../../core/worker/enhanceImage.ts';
import { ModelCache } from '../../core/worker/modelCache.ts';
import { Turnstile } from '../../core/worker/turnstile.ts';

/** A worker that does what a test tells it to. */
export class ScriptedWorker implements WorkerHandle {
  readonly sent: ToWorker[] = [];
  isKilled = false;
  #listeners: ((message: FromWorker) => void)[] = [];
  #onExit: ((how: string) => void)[] = [];

  send(message: ToWorker): void {
    this.sent.push(message);
  }

  onMessage(listener: (message: FromWorker) => void): void {
    this.#listeners.push(listener);
  }

  onExit(listener: (how: string) => void): void {
    this.#onExit.push(listener);
  }

  kill(): void {
    this.isKilled = true;
  }

  say(message: FromWorker): void {
    for (const listener of this.#listeners) listener(message);
  }

  die(how = 'it was ended by SIGSEGV'): void {
    for (const listener of this.#onExit) listener(how);
  }

  /** Ids of the jobs it was given, in order. */
  get jobIds(): number[] {
    return this.sent.flatMap((message) => (message.type === 'enhance' ? [message.job.id] : []));
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

export type Perform = (job: EnhanceJob, tools: WorkerTools, hooks: JobHooks) => Promise<EnhanceResult>;

/** Workers that are no processes: the real work, in this process, behind the same messages. */
export function inMemoryLauncher(perform: Perform = enhanceImage): WorkerLauncher {
  return () => {
    const tools: WorkerTools = {
      models: new ModelCache(),
      inference: new Turnstile(1),
      memory: new Turnstile(64 * 1024 * 1024),
    };
    const worker = new ScriptedWorker();
    const running = new Map<number, AbortController>();
    const runJob = async (job: EnhanceJob): Promise<void> => {
      const controller = new AbortController();
      running.set(job.id, controller);
      const onProgress = (tilesDone: number, tilesTotal: number): void => {
        worker.say({ type: 'progress', jobId: job.id, tilesDone, tilesTotal });
      };
      try {
        const result = await perform(job, tools, { signal: controller.signal, onProgress });
        worker.say({ type: 'finished', jobId: job.id, result });
      } catch (error) {
        worker.say({ type: 'failed', jobId: job.id, error: toErrorDto(error) });
      }
    };
    worker.send = (message) => {
      if (message.type === 'enhance') void runJob(message.job);
      else if (message.type === 'cancel') running.get(message.jobId)?.abort();
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
