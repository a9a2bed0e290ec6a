import { copyFile, lstat, rename } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { EnlargerError } from '../api/errors.ts';
import { makeFolder } from '../files/makeFolder.ts';
import type { EnlargedImage, PageFiles, PoolJob } from '../pool/messages.ts';
import { pageTempPath } from '../pool/pageTempPath.ts';
import { sweepAttempt, type AttemptFiles } from './attemptFiles.ts';

/** Network file systems show a new file of another machine after a few seconds. */
const VISIBLE_WITHIN_MS = 10_000;
const LOOK_MS = 200;

async function isWhole(file: string, sizeBytes: number): Promise<boolean> {
  const stats = await lstat(file).catch(() => undefined);
  return stats?.isFile() === true && stats.size === sizeBytes;
}

async function assertWhole(file: string, sizeBytes: number): Promise<void> {
  for (let waitedMs = 0; waitedMs <= VISIBLE_WITHIN_MS; waitedMs += LOOK_MS) {
    if (await isWhole(file, sizeBytes)) return;
    await delay(LOOK_MS);
  }
  const message = `${file} is missing or incomplete. Check that the storage shows the same files on every machine.`;
  throw new EnlargerError('output/verification-failed', message, { file });
}

async function adoptPages(files: AttemptFiles, job: PoolJob, { others }: PageFiles): Promise<void> {
  await makeFolder(job.scratchFolder);
  for (const { page, sizeBytes } of others) {
    const file = pageTempPath(files.scratchFolder, page);
    await assertWhole(file, sizeBytes);
    await rename(file, pageTempPath(job.scratchFolder, page));
  }
}

/**
 * Turns the finished file of an attempt into that of its job, which is published like any other.
 *
 * @throws EnlargerError `output/verification-failed` if the file is missing.
 */
export async function adoptResult(files: AttemptFiles, job: PoolJob, result: EnlargedImage): Promise<void> {
  await assertWhole(files.tempPath, result.output.sizeBytes);
  await rename(files.tempPath, job.tempPath);
  if (result.pageFiles !== undefined) await adoptPages(files, job, result.pageFiles);
  // If its small images are missing, a report makes them again.
  if (job.previewPath !== undefined) {
    await copyFile(files.previewPath, job.previewPath).catch(() => undefined);
  }
  await sweepAttempt(files);
}
