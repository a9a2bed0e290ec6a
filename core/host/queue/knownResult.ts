import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { StoredBatch } from '../../store/batchTable.ts';
import type { Store } from '../../store/store.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import { hashFile } from '../../files/hashFile.ts';
import { settingsHash } from './settingsHash.ts';

async function isStillThere(file: string, sizeBytes: number): Promise<boolean> {
  const stats = await stat(file).catch(() => undefined);
  return stats?.isFile() === true && stats.size === sizeBytes;
}

/**
 * Looks for a result that was made of the same content with the same settings and networks, in the folder where this
 * one would go. A watched folder sees a file again when it was renamed or copied; the same image is not made twice.
 *
 * @returns Where it is.
 */
export async function knownResult(
  store: Store,
  {
    job,
    batch,
    modelHash,
  }: { readonly job: StoredJob; readonly batch: StoredBatch; readonly modelHash: string },
): Promise<string | undefined> {
  // What cannot be read says so when it is worked on.
  const contentHash = await hashFile(job.source).catch(() => undefined);
  if (contentHash === undefined || job.target === undefined) return undefined;
  const key = { contentHash, settingsHash: settingsHash(batch.spec.settings), modelHash };
  for (const { outputPath, outputBytes } of store.results.find(key)) {
    const isBeside = path.dirname(outputPath) === path.dirname(job.target);
    if (isBeside && (await isStillThere(outputPath, outputBytes))) return outputPath;
  }
  return undefined;
}
