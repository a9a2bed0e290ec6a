import { mkdir } from 'node:fs/promises';
import type { EnlargedImage, EnlargeJob, PageFile } from '../../pool/messages.ts';
import { pageTempPath } from '../../pool/pageTempPath.ts';
import { makeResult, type JobHooks, type OpenedInput, type WorkerTools } from '../oneImage.ts';
import { combineResults, partHooks } from './combineResults.ts';
import { furtherPages } from './enlargePages.ts';

/**
 * Enlarges pages of a TIFF into separate files, for formats without pages: the first at the job's temporary path, the
 * others in its scratch folder.
 *
 * @param opened The first of them.
 * @param indices Pages from 0.
 */
export async function enlargePageFiles(
  opened: OpenedInput,
  indices: readonly number[],
  job: EnlargeJob,
  tools: WorkerTools,
  hooks: JobHooks,
): Promise<EnlargedImage> {
  const first = await makeResult(opened, job, tools, { hooks: partHooks(hooks, 0, indices.length) });
  const results: EnlargedImage[] = [];
  const others: PageFile[] = [];
  const { previewPath, ...withoutPreview } = job;
  // The target's folder is there; the scratch folder may be, for the first page.
  await mkdir(job.scratchFolder).catch(() => undefined);
  for await (const { index, image, part } of furtherPages(opened, indices, job, hooks)) {
    const page = index + 1;
    const tempPath = pageTempPath(job.scratchFolder, page);
    const result = await makeResult(image, { ...withoutPreview, tempPath }, tools, { hooks: part });
    const { width, height, sizeBytes, sha256 } = result.output;
    others.push({ page, width, height, sizeBytes, sha256 });
    results.push(result);
  }
  const { sizeBytes, sha256 } = first.output;
  const combined = combineResults([first, ...results], { sizeBytes, sha256 }, []);
  return { ...combined, pageFiles: { firstPage: (indices[0] ?? 0) + 1, others } };
}
