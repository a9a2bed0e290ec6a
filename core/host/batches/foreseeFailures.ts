import path from 'node:path';
import { toErrorDto, type ErrorDto } from '../../api/errors.ts';
import type { JobSettings } from '../../api/jobSettings.ts';
import { assertWritable } from '../../files/assertWritable.ts';
import type { JobPool } from '../../pool/jobPool.ts';
import type { NewJob } from '../../store/jobTable.ts';

function problemOf(check: () => void | Promise<void>): Promise<ErrorDto | undefined> {
  return Promise.resolve()
    .then(check)
    .then(() => undefined, toErrorDto);
}

/**
 * The jobs of a plan; those that cannot succeed, because of their output folder or their device, are marked as failed.
 *
 * @param pool What would do the work.
 */
export async function foreseeFailures(
  jobs: readonly NewJob[],
  settings: JobSettings,
  pool: Pick<JobPool, 'assertUsable'>,
): Promise<NewJob[]> {
  const noDevice = await problemOf(() => pool.assertUsable?.(settings));
  const folders = new Map<string, ErrorDto | undefined>();
  const foreseen: NewJob[] = [];
  for (const job of jobs) {
    if (job.state.kind !== 'queued' || job.target === undefined) {
      foreseen.push(job);
      continue;
    }
    const folder = path.dirname(job.target);
    if (!folders.has(folder)) folders.set(folder, await problemOf(() => assertWritable(folder)));
    const error = folders.get(folder) ?? noDevice;
    foreseen.push(error === undefined ? job : { ...job, state: { kind: 'failed', error } });
  }
  return foreseen;
}
