import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ExistsPolicy } from '../../api/batchSpec.ts';
import { fileKey } from '../../files/fileKey.ts';
import { hashFile } from '../../files/hashFile.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import type { StoredResult } from '../../store/resultTable.ts';
import type { Store } from '../../store/store.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import { settingsHash } from './settingsHash.ts';

interface WatchedJob {
  readonly job: StoredJob & { readonly target: string };
  readonly batch: StoredBatch;
  readonly modelHash: string;
}

/** Whether a result is still there and whole: an empty or truncated one does not count as made. */
export async function isWholeResult({
  outputPath,
  outputBytes,
  outputHash,
}: Pick<StoredResult, 'outputPath' | 'outputBytes' | 'outputHash'>): Promise<boolean> {
  const stats = await stat(outputPath).catch(() => undefined);
  if (stats?.isFile() !== true || stats.size !== outputBytes) return false;
  return (await hashFile(outputPath).catch(() => undefined)) === outputHash;
}

/** `photo.png` and `photo (2).png`, but no other name. */
function isVariantOf(target: string, file: string): boolean {
  const [wanted, found] = [path.parse(target), path.parse(file)];
  if (wanted.dir !== found.dir || wanted.ext !== found.ext || !found.name.startsWith(wanted.name))
    return false;
  return /^( \(\d+\))?$/.test(found.name.slice(wanted.name.length));
}

/** A complete result of the same content, settings and networks under the name that this job's result would have. */
async function findKnown(store: Store, { job, batch, modelHash }: WatchedJob): Promise<string | undefined> {
  // A source that cannot be read fails, with its reason, when it is worked on.
  const contentHash = await hashFile(job.source).catch(() => undefined);
  if (contentHash === undefined) return undefined;
  const key = { contentHash, settingsHash: settingsHash(batch.spec.settings), modelHash };
  for (const result of store.results.find(key)) {
    if (isVariantOf(job.target, result.outputPath) && (await isWholeResult(result))) return result.outputPath;
  }
  return undefined;
}

/** The newest result that was put where the target is, also if a volume that ignores case spells it differently. */
export async function resultAt(store: Store, target: string): Promise<StoredResult | undefined> {
  const key = await fileKey(target);
  for (const result of store.results.atPath(target)) {
    const isSame =
      result.outputPath === target || (key !== undefined && (await fileKey(result.outputPath)) === key);
    if (isSame) return result;
  }
  return undefined;
}

/**
 * What to do with an image of a watched folder, in which the same name appears again and again. Its own result is not made
 * twice. A newer version replaces its own older result, or gets a new name next to it; a result that belongs to
 * another input is never replaced, and neither is a file that nothing is known of.
 *
 * @returns Where its result is already, or the policy to publish it by.
 */
export async function watchedOutcome(
  store: Store,
  watched: WatchedJob,
): Promise<
  | { readonly kind: 'known'; readonly outputPath: string }
  | { readonly kind: 'work'; readonly exists: ExistsPolicy }
> {
  const outputPath = await findKnown(store, watched);
  if (outputPath !== undefined) return { kind: 'known', outputPath };
  const { job, batch } = watched;
  const { exists } = batch.spec;
  if (exists !== 'skip' && exists !== 'overwrite') return { kind: 'work', exists };
  const previous = await resultAt(store, job.target);
  const isOthers = previous?.source !== undefined && previous.source !== job.source;
  const needsOwnName = exists === 'skip' ? previous !== undefined : isOthers;
  return { kind: 'work', exists: needsOwnName ? 'rename' : exists };
}
