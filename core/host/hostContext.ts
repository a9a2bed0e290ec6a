import type { BatchSpec } from '../api/batchSpec.ts';
import type { EventHub } from './eventHub.ts';
import type { FolderWatcher, HostParts } from './hostParts.ts';
import type { JobQueue } from './jobQueue.ts';
import type { LiveJobs } from './jobViews.ts';
import type { QueueRate } from './queueRate.ts';
import type { ReportFiles } from './reportFiles.ts';
import type { Thumbnails } from './thumbnails.ts';

/** What the contract's methods work with. */
export interface HostContext extends HostParts {
  readonly queue: JobQueue;
  readonly hub: EventHub;
  readonly rate: QueueRate;
  readonly thumbnails: Thumbnails;
  readonly live: LiveJobs;
  readonly watcher: FolderWatcher;
  readonly reportFiles: ReportFiles;
  /** Adds a batch to the line; a suspended one waits until somebody starts it. */
  enqueue(
    spec: BatchSpec,
    isSuspended: boolean,
  ): Promise<{ readonly batchId: number; readonly inputs: number }>;
  /** Adds the program's own sample picture, wherever it lies. */
  enqueueSample(
    file: string,
    batch: Omit<BatchSpec, 'sources'>,
    isSuspended: boolean,
  ): Promise<{ readonly batchId: number; readonly inputs: number }>;
}
