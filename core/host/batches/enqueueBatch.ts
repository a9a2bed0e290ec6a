/**
 * @file From a request to jobs. `inspectSources.ts` and `listRoot.ts` show what could be added; `enqueueBatch.ts`
 * (window, server, watched folders; `filesOf.ts`) and `runBatch.ts` (command line, `batchRequest.ts`) plan a batch with
 * `planBatch.ts`: `planRequest.ts`, `localSources.ts` and `planTargets.ts` find inputs and targets, `outputPlace.ts`
 * and `giveNames.ts` give names, `earlierResults.ts` recognises what is done. `batchEvents.ts` and `batchSummary.ts`
 * report, `resumeBatch.ts` continues a batch and `repeatBatch.ts` repeats a report.
 */
import type { BatchSpec, Destination } from '../../api/batchSpec.ts';
import { EnlargerError, toErrorDto } from '../../api/errors.ts';
import type { SourceResolver } from '../../api/sourceResolver.ts';
import type { NewJob } from '../../store/jobTable.ts';
import type { EventHub } from '../eventHub.ts';
import type { HostParts } from '../hostParts.ts';
import type { JobQueue } from '../queue/jobQueue.ts';
import { filesOf } from './filesOf.ts';
import { planBatch } from './planBatch.ts';
import type { ReportFiles } from '../reports/reportFiles.ts';
import type { PlanRequest } from './planRequest.ts';
import { PERSON_PRIORITY, WATCHED_FOLDER_PRIORITY } from '../queue/priorities.ts';

async function outputOf(
  destination: Destination,
  { sources }: Pick<HostParts, 'sources'>,
): Promise<PlanRequest['output']> {
  if (destination.kind !== 'beside') {
    const path = await sources.resolveDestination(destination);
    if (path === undefined) throw new TypeError(`A destination of kind ${destination.kind} has a place.`);
    return { kind: 'path', path };
  }
  if (/[/\\]/.test(destination.folderName) || ['.', '..'].includes(destination.folderName)) {
    const message = `"${destination.folderName}" is not a plain folder name; leave out slashes and dots.`;
    throw new EnlargerError('request/invalid', message, { folderName: destination.folderName });
  }
  const { folderName } = destination;
  const ownFolder = (folder: string): string => sources.ownFolder?.(folder) ?? folder;
  return { kind: 'beside', folderName, ownFolder };
}

/** Images whose results would go where this interface may not write fail, each with the reason. */
async function withinReach(
  jobs: readonly NewJob[],
  { destination }: BatchSpec,
  sources: SourceResolver,
): Promise<NewJob[]> {
  // Only an interface that may use any path names one.
  if (sources.assertTarget === undefined || destination.kind === 'path') return [...jobs];
  const checked: NewJob[] = [];
  for (const job of jobs) {
    const { target, ...rest } = job;
    const error =
      target === undefined ? undefined : await sources.assertTarget(target).then(() => undefined, toErrorDto);
    checked.push(error === undefined ? job : { ...rest, state: { kind: 'failed', error } });
  }
  return checked;
}

export interface EnqueueOptions {
  readonly origin: 'window' | 'watched-folder';
  /** It waits until someone starts it, even while the queue works on others. */
  readonly isSuspended?: boolean;
  /** Changes of the store in the same transaction. */
  readonly alongside?: (batchId: number) => void;
}

/**
 * Finds a batch's images and queues them; what needs no work ends at once.
 *
 * @throws EnlargerError if the batch as a whole makes no sense.
 */
export async function enqueueBatch(
  parts: Pick<HostParts, 'store' | 'sources' | 'modelsFolder'> & {
    readonly queue: JobQueue;
    readonly hub: EventHub;
    readonly reportFiles: ReportFiles;
  },
  spec: BatchSpec,
  { origin, isSuspended = false, alongside }: EnqueueOptions,
): Promise<{ readonly batchId: number; readonly inputs: number }> {
  const inputs: string[] = [];
  for (const source of spec.sources) inputs.push(...(await filesOf(source, parts)));
  const output = await outputOf(spec.destination, parts);
  // In a watched folder, an existing target is only examined when its image is processed.
  const exists = origin === 'watched-folder' && spec.exists === 'skip' ? 'rename' : spec.exists;
  const planned = await planBatch({ ...spec, inputs, output }, exists, parts.store);
  const jobs = await withinReach(planned, spec, parts.sources);
  const priority = origin === 'window' ? PERSON_PRIORITY : WATCHED_FOLDER_PRIORITY;
  const { modelsFolder } = parts;
  const batch = { origin, spec, modelsFolder, failFast: false, isSuspended };
  const batchId = parts.store.addBatch(batch, priority, jobs, alongside);
  parts.hub.rowsChanged();
  parts.hub.batchesChanged();
  parts.hub.queueChanged();
  parts.queue.wake();
  // A batch without any work has ended already.
  void parts.reportFiles.wake();
  return { batchId, inputs: jobs.length };
}
