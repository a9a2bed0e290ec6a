import type { DeviceView } from '../api/views.ts';
import type { JobSettings } from '../api/jobSettings.ts';
import type { JobPool, PoolListener } from './jobPool.ts';
import type { EnlargeResult, PoolJob } from './messages.ts';
import type { JobCallbacks } from './pendingJob.ts';
import { WorkerPool, type WorkerPoolOptions } from './workerPool.ts';
import { machineSize, planWorkers } from './workerPlan.ts';

/** The devices of this machine. */
export interface PoolDevices {
  list(probe: boolean): Promise<readonly DeviceView[]>;
  /**
   * The ids of the devices for a job, in order of preference; undefined if it needs none. A device that was never tried
   * may be tried now.
   *
   * @throws EnlargerError `engine/unavailable`.
   */
  choose(settings: Pick<JobSettings, 'engine' | 'device' | 'model'>): Promise<readonly string[] | undefined>;
  /**
   * Checks, without trying any, that there is a device for a job.
   *
   * @throws EnlargerError `engine/unavailable`.
   */
  assertUsable?(settings: Pick<JobSettings, 'engine' | 'device' | 'model'>): void;
  /**
   * The graphics device that an id, or a number as people count them, refers to; undefined for all other devices. Each
   * has a separate worker. If absent, the workers of the processor serve all devices.
   */
  graphicsDevice?(choice: string): string | undefined;
}

export interface LocalPoolOptions extends Pick<
  WorkerPoolOptions,
  'launch' | 'memoryCeilingBytes' | 'silenceMs' | 'onLog'
> {
  /** Worker processes; chosen by the machine's cores and memory if absent. */
  readonly workers?: number | undefined;
  /** Processor threads for inference in each; the cores are divided among the workers if absent. */
  readonly threads?: number;
  /** If absent, each worker chooses by the job's settings. */
  readonly devices?: PoolDevices;
}

/** The pool of this machine: divides its cores among worker processes and chooses each job's devices. */
export class LocalPool implements JobPool {
  readonly #devices: PoolDevices | undefined;
  readonly #workers: WorkerPool;
  readonly #threads: number;

  constructor({ workers: asked, threads, devices, ...options }: LocalPoolOptions) {
    const { memoryCeilingBytes } = options;
    const plan = planWorkers(machineSize(), { workers: asked, memoryCeilingBytes });
    this.#devices = devices;
    this.#threads = threads ?? plan.threads;
    this.#workers = new WorkerPool({
      ...options,
      workers: plan.workers,
      ...(devices?.graphicsDevice && { graphicsDevice: (choice) => devices.graphicsDevice?.(choice) }),
    });
  }

  get capacity(): number {
    return this.#workers.capacity;
  }

  async run(job: PoolJob, callbacks: JobCallbacks): Promise<EnlargeResult> {
    const devices = await this.#devices?.choose(job.settings);
    return this.#workers.run({ ...job, threads: this.#threads, ...(devices && { devices }) }, callbacks);
  }

  async listDevices(probe: boolean): Promise<readonly DeviceView[]> {
    return (await this.#devices?.list(probe)) ?? [];
  }

  assertUsable(settings: Pick<JobSettings, 'engine' | 'device' | 'model'>): void {
    this.#devices?.assertUsable?.(settings);
  }

  warmUp(): void {
    this.#workers.warmUp();
  }

  pause(): void {
    this.#workers.pause();
  }

  resume(): void {
    this.#workers.resume();
  }

  listen(listener: PoolListener): void {
    this.#workers.listen(listener);
  }

  close(): Promise<void> {
    this.#workers.close();
    return Promise.resolve();
  }
}
