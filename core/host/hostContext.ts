import type { BatchSpec } from '../api/batchSpec.ts';
import type { EventHub } from './eventHub.ts';
import type { WatchedFolderList, HostParts } from './hostParts.ts';
import type { JobQueue } from './queue/jobQueue.ts';
import type { LiveJobs } from './queue/jobViews.ts';
import type { QueueEstimate } from './queue/queueEstimate.ts';
import type { QueueRate } from './queue/queueRate.ts';
import type { ReportFiles } from './reports/reportFiles.ts';
import type { Thumbnails } from './thumbnails.ts';

/** What the contract's methods work with. */
export interface HostContext extends HostParts {
  readonly queue: JobQueue;
  readonly hub: EventHub;
  readonly rate: QueueRate;
  readonly estimate: QueueEstimate;
  readonly thumbnails: Thumbnails;
  readonly live: LiveJobs;
  readonly watcher: WatchedFolderList;
  readonly reportFiles: ReportFiles;
  /** Adds a batch to the queue; a suspended one waits until someone starts it. */
  enqueue(
    spec: BatchSpec,
    isSuspended: boolean,
  ): Promise<{ readonly batchId: number; readonly inputs: number }>;
  /** Adds the program's own sample image. */
  enqueueSample(
    file: string,
    batch: Omit<BatchSpec, 'sources'>,
    isSuspended: boolean,
  ): Promise<{ readonly batchId: number; readonly inputs: number }>;
}
