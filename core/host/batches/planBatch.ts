import path from 'node:path';
import type { ExistsPolicy } from '../../api/batchSpec.ts';
import { toErrorDto } from '../../api/errors.ts';
import type { NewJob } from '../../store/jobTable.ts';
import { fileKey } from '../../files/fileKey.ts';
import { inspectTarget, type IsInput } from '../queue/inspectTarget.ts';
import { planTargets, type PlannedJob, type PlannedTarget, type PlanRequest } from './planTargets.ts';

/** An input with its path, its key, and what is known of it before any work. */
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

/** Inputs that cannot be read are protected, too; only what this batch makes itself may be made again. */
function inputsOf(jobs: readonly KeyedJob[]): IsInput {
  const inputs = jobs.filter(
    ({ planned }) => !(planned.kind === 'left-alone' && planned.reason === 'own-result'),
  );
  const keys = new Set(inputs.map(({ key }) => key));
  const paths = new Set(inputs.map(({ source }) => source));
  return (file) => keys.has(file.key) || paths.has(path.resolve(file.path));
}

async function stateOf(
  planned: PlannedJob,
  exists: ExistsPolicy,
  isInput: IsInput,
): Promise<NewJob['state']> {
  if (planned.kind === 'failed') return { kind: 'failed', error: planned.error };
  if (planned.kind === 'left-alone') return { kind: 'skipped', reason: planned.reason };
  try {
    const found = await inspectTarget(planned.target, exists, isInput);
    if (found === 'work') return { kind: 'queued' };
    return { kind: 'skipped', reason: 'output-exists', outputPath: planned.target };
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
 * @throws EnlargerError `usage/…` or `input/not-found` where the request as a whole makes no sense.
 */
export async function planBatch(request: PlanRequest, exists: ExistsPolicy): Promise<NewJob[]> {
  const keyed = await withKeys(await planTargets(request));
  const isInput = inputsOf(keyed);
  const jobs: NewJob[] = [];
  for (const { planned, source, key } of keyed) {
    jobs.push({
      input: planned.input,
      source,
      name: path.basename(planned.input),
      ...(key !== undefined && { sourceKey: key }),
      ...targetOf(planned),
      state: await stateOf(planned, exists, isInput),
    });
  }
  return jobs;
}
