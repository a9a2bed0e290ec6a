import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { EnlargerError } from '../../core/api/errors.ts';
import type { JobPool } from '../../core/pool/jobPool.ts';
import type { EnlargeResult, PoolJob } from '../../core/pool/messages.ts';
import type { JobCallbacks } from '../../core/pool/pendingJob.ts';

const CONTENT = 'an enlarged image';
const HASH = 'b'.repeat(64);

/** A pool in memory that sleeps instead of computing, and writes a short file. */
export class SleepingPool implements JobPool {
  readonly capacity: number;
  readonly #sleepMs: number;
  /** Temporary paths of the jobs that were begun. */
  readonly begun: string[] = [];

  constructor(capacity: number, sleepMs: number) {
    this.capacity = capacity;
    this.#sleepMs = sleepMs;
  }

  async run(job: PoolJob, { signal, onProgress }: JobCallbacks): Promise<EnlargeResult> {
    this.begun.push(job.tempPath);
    await delay(this.#sleepMs, undefined, { signal }).catch(() => {
      throw new EnlargerError('job/cancelled', 'The job was cancelled.');
    });
    onProgress(1, 1);
    await writeFile(job.tempPath, CONTENT);
    const file = { width: 2, height: 2, format: 'png', sizeBytes: CONTENT.length, sha256: HASH } as const;
    return {
      ...{
        kind: 'enhanced',
        input: file,
        output: { ...file, format: job.outputFormat },
        models: ['nearest'],
      },
      ...{ device: 'none', passes: [], tiling: { tilePx: 0, contextPx: 0 }, tiles: 1, repairedTiles: 0 },
      ...{ warnings: [], times: { decodeMs: 0, inferenceMs: this.#sleepMs, encodeMs: 0 } },
    };
  }

  listDevices(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
