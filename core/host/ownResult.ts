import path from 'node:path';
import { EnlargerError } from '../api/errors.ts';
import { hasImageExtension } from '../api/imageFormats.ts';
import type { Store } from '../store/store.ts';
import { isWholeResult } from './queue/knownResult.ts';

/**
 * The path of a job's result, even if the program did not make it.
 *
 * @throws EnlargerError `job/not-found`, or `job/wrong-state` for a job that has no result.
 */
export function resultPath(store: Store, jobId: number): string {
  const state = store.jobs.get(jobId)?.state;
  if (state === undefined) throw new EnlargerError('job/not-found', `There is no job ${jobId}.`, { jobId });
  if (state.kind === 'done') return state.outputPath;
  if (state.kind === 'skipped' && state.outputPath !== undefined) return state.outputPath;
  const message = `Job ${jobId} has no result: it is ${state.kind}.`;
  throw new EnlargerError('job/wrong-state', message, { jobId, state: state.kind });
}

/**
 * The same for a file that is served or opened: only an image that is, to the byte, a result of this program.
 * Otherwise a request could name any file as a target, have it skipped as "there already", and fetch or start it.
 *
 * @throws EnlargerError also `request/forbidden`.
 */
export async function ownResult(store: Store, jobId: number): Promise<string> {
  const file = resultPath(store, jobId);
  for (const result of store.results.atPath(file)) {
    const isOwn = result.outputPath === file && hasImageExtension(file) && (await isWholeResult(result));
    if (isOwn) return file;
  }
  const message = `${path.basename(file)} was not made by this program, or was changed since. Open it in its folder.`;
  throw new EnlargerError('request/forbidden', message, { jobId });
}
