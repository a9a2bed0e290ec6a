import path from 'node:path';
import type { ExistsPolicy } from '../../api/batchSpec.ts';
import { toErrorDto } from '../../api/errors.ts';
import { fileKey } from '../../files/fileKey.ts';
import type { NewJob } from '../../store/jobTable.ts';
import type { Store } from '../../store/store.ts';
import { inspectTarget } from '../queue/inspectTarget.ts';
import { missingPages } from '../queue/missingPages.ts';
import { earlierResultsIn } from './earlierResults.ts';
import { Originals } from '../queue/originals.ts';
import { planTargets, type PlannedJob, type PlannedTarget } from './planTargets.ts';
import type { PlanRequest } from './planRequest.ts';

/** An input with its path and its key. */
interface KeyedJob {
  readonly planned: PlannedJob;
  readonly source: string;
  readonly key: string | undefined;
}

async function withKeys(jobs: readonly PlannedJob[]): Promise<KeyedJob[]> {
  const keyed: KeyedJob[] = [];
  for (const planned of jobs) {
    keyed.push({ planned, source: path.resolve(planned.input), key: await fileKey(planned.input) });
  }
  return keyed;
}

/** Inputs that cannot be read are protected, too; only results of this program may be replaced. */
function isProtected({ planned }: KeyedJob): boolean {
  return !(planned.kind === 'left-alone' && planned.reason === 'own-result');
}

async function stateOf(
  { planned, source }: KeyedJob,
  { settings }: PlanRequest,
  exists: ExistsPolicy,
  originals: Originals,
): Promise<NewJob['state']> {
  if (planned.kind === 'failed') return { kind: 'failed', error: planned.error };
  if (planned.kind === 'left-alone') return { kind: 'skipped', reason: planned.reason };
  const { target, format } = planned;
  const isOriginal = (file: string, byContent: boolean): Promise<boolean> => originals.has(file, byContent);
  try {
    const found = await inspectTarget({ target, source, exists, isOriginal });
    if (found.kind === 'work') return { kind: 'queued' };
    const mayLackPages = found.reason === 'output-exists';
    if (mayLackPages && (await missingPages({ source, target, format }, settings)).length > 0)
      return { kind: 'queued' };
    return { kind: 'skipped', reason: found.reason, outputPath: target };
  } catch (error) {
    return { kind: 'failed', error: toErrorDto(error) };
  }
}

function targetOf(planned: PlannedJob): Partial<PlannedTarget> {
  if (planned.kind === 'planned') return { target: planned.target, format: planned.format };
  return planned.kind === 'failed' ? { ...planned.later } : {};
}

/**
 * Finds a request's inputs, gives each its target, and ends at once what needs no work.
 *
 * @param store Knows the results of earlier runs.
 * @throws EnlargerError `usage/…` or `input/not-found` if the request as a whole makes no sense.
 */
export async function planBatch(request: PlanRequest, exists: ExistsPolicy, store: Store): Promise<NewJob[]> {
  const keyed = await withKeys(await planTargets(request, earlierResultsIn(store)));
  const originals = new Originals(keyed.filter(isProtected), store);
  const jobs: NewJob[] = [];
  for (const job of keyed) {
    request.signal?.throwIfAborted();
    const { planned, source, key } = job;
    jobs.push({
      input: planned.input,
      source,
      name: path.basename(planned.input),
      ...(key !== undefined && { sourceKey: key }),
      ...targetOf(planned),
      state: await stateOf(job, request, exists, originals),
    });
  }
  return jobs;
}
