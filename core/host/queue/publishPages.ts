import path from 'node:path';
import type { BatchSpec } from '../../api/batchSpec.ts';
import { defined } from '../../api/defined.ts';
import { EnlargerError } from '../../api/errors.ts';
import { hashFile } from '../../files/hashFile.ts';
import { publish } from '../../files/publish.ts';
import { copySidecars } from '../../image/sidecars/copySidecars.ts';
import { otherPageName } from '../../jobs/pageNames.ts';
import type { PageFile } from '../../pool/messages.ts';
import { pageTempPath } from '../../pool/pageTempPath.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import type { Store } from '../../store/store.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import { inspectTarget, type TargetRequest } from './inspectTarget.ts';
import type { FinishedImage } from './jobEnd.ts';
import { keepPrivate } from './keepPrivate.ts';
import type { ModelHashes } from './modelHashes.ts';
import { settingsHash } from './settingsHash.ts';

export interface PagesParts {
  readonly store: Store;
  readonly modelHashes: ModelHashes;
  /** Throws unless a result may be written there. */
  readonly assertAllowed?: (spec: BatchSpec, target: string) => Promise<void>;
}

interface PagesJob {
  readonly job: StoredJob & { readonly target: string };
  readonly batch: StoredBatch;
  readonly finished: FinishedImage;
  readonly isOriginal: TargetRequest['isOriginal'];
}

/** What exists at a page's name; an input keeps it, unless the user wants an error. */
async function stateOf(request: TargetRequest): ReturnType<typeof inspectTarget> {
  try {
    return await inspectTarget(request);
  } catch (error) {
    const isInput = error instanceof EnlargerError && error.code === 'output/is-an-input';
    if (!isInput || request.exists === 'error') throw error;
    return { kind: 'there', reason: 'output-exists' };
  }
}

/**
 * Gives one page its name. A file there from an interrupted run is the same page; any other file keeps its name, and the
 * page gets a numbered one next to it.
 *
 * @returns Where the page is; undefined if its file was left as it is.
 */
async function publishPage(
  parts: PagesParts,
  { job, batch, finished, isOriginal }: PagesJob,
  { page, sha256 }: PageFile,
  firstPage: number,
): Promise<string | undefined> {
  const { source } = job;
  const tempPath = pageTempPath(finished.scratchFolder, page);
  const target = otherPageName(job.target, firstPage, page);
  const { exists, missing } = finished;
  await parts.assertAllowed?.(batch.spec, target);
  const found = await stateOf({ target, source, exists, isOriginal });
  // If only some pages were missing, the files of the others stay as they are.
  const isKept = found.kind === 'there' && missing.length > 0;
  if (isKept) return undefined;
  if (found.kind === 'there' && (await hashFile(target)) === sha256) return target;
  await keepPrivate(tempPath, source);
  const policy = exists === 'skip' ? 'rename' : exists;
  const replaces = found.kind === 'work' ? defined({ replaces: found.replaces }) : {};
  return (await publish(tempPath, target, policy, replaces)) ?? target;
}

function nameList(files: readonly string[]): string {
  const names = files.map((file) => path.basename(file));
  return names.length <= 3 ? names.join(', ') : `${names[0] ?? ''} to ${names.at(-1) ?? ''}`;
}

/**
 * Publishes the pages of a result that have separate files, before its first page gets its name: once that exists, the
 * result is complete.
 *
 * @returns Sentences for the user: where the pages are, and what could not be kept.
 * @throws EnlargerError `output/…`.
 */
export async function publishPages(parts: PagesParts, pagesJob: PagesJob): Promise<string[]> {
  const { job, batch, finished } = pagesJob;
  const { pageFiles, input } = finished.result;
  if (pageFiles === undefined) return [];
  const { settings } = batch.spec;
  const published: string[] = [];
  const warnings: string[] = [];
  for (const file of pageFiles.others) {
    const outputPath = await publishPage(parts, pagesJob, file, pageFiles.firstPage);
    if (outputPath === undefined) continue;
    published.push(outputPath);
    parts.store.results.addFurther({
      source: path.resolve(job.source),
      contentHash: input.sha256,
      settingsHash: settingsHash(settings),
      modelHash: parts.modelHashes.known(settings, batch.modelsFolder),
      outputPath,
      outputHash: file.sha256,
      outputBytes: file.sizeBytes,
    });
    if (settings.metadata !== 'all') continue;
    const sizes = { size: file, from: input, exists: finished.exists };
    warnings.push(...(await copySidecars(job.source, outputPath, sizes)));
  }
  if (published.length === 0) return warnings;
  const note =
    finished.missing.length > 0
      ? `Missing pages are in files of their own again: ${nameList(published)}.`
      : `The other pages are in files of their own: ${nameList(published)}.`;
  return [note, ...warnings];
}
