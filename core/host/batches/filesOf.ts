import type { Source } from '../../api/batchSpec.ts';
import { EnlargerError } from '../../api/errors.ts';
import type { HostParts } from '../hostParts.ts';

/**
 * The files and folders that a source stands for; those of a job are known from the list.
 *
 * @throws EnlargerError `job/not-found`, and those of `SourceResolver.resolve`.
 */
export async function filesOf(
  source: Source,
  { sources, store }: Pick<HostParts, 'sources' | 'store'>,
): Promise<readonly string[]> {
  if (source.kind !== 'job') return sources.resolve(source);
  const { jobId } = source;
  const job = store.jobs.get(jobId);
  if (job === undefined) throw new EnlargerError('job/not-found', `There is no job ${jobId}.`, { jobId });
  return [job.source];
}
