import { rm } from 'node:fs/promises';
import path from 'node:path';
import { assertFits } from '../../api/imageFormats.ts';
import { appendPage, finishPages } from '../../image/appendPage.ts';
import { encodePixels, type EncodeOptions } from '../../image/encode.ts';
import { targetSize } from '../../api/targetSize.ts';
import { assertOutputSize } from '../../jobs/outputSize.ts';
import type { EnlargedImage, EnlargeJob } from '../../pool/messages.ts';
import {
  inspectInput,
  makeResult,
  writeEncoded,
  type JobHooks,
  type OpenedInput,
  type WorkerTools,
  type WriteResult,
} from '../oneImage.ts';
import { resultMetadata } from '../resultMetadata.ts';
import { throwIfCancelled } from '../semaphore.ts';
import { combineResults, partHooks } from './combineResults.ts';

/** A classic TIFF ends at 4 GB; compressed pages are smaller, but it is not known by how much. */
const BIG_TIFF_BYTES = 2 ** 31;

/** Writes the first page as a separate file, with the file's metadata. */
function writeFirst(bigTiff: boolean): WriteResult {
  return (store, image, job) =>
    writeEncoded(image, job, store.shape, (options, scratchPath) =>
      encodePixels(store, { ...options, bigTiff }, scratchPath),
    );
}

/** Appends a further page to those already written. */
function writeFurther(bigTiff: boolean): WriteResult {
  return async (store, { facts }, job) => {
    const scratchPath = path.join(job.scratchFolder, 'encoded');
    const options: EncodeOptions = {
      format: 'tiff',
      lossless: true,
      background: job.settings.background,
      bigTiff,
    };
    const { metadata, warnings } = resultMetadata(facts, job, store.shape);
    try {
      const encoded = await encodePixels(store, options, scratchPath);
      appendPage(job.tempPath, encoded, metadata);
    } finally {
      await rm(scratchPath, { force: true });
    }
    // The size is only known after the last page.
    return { sizeBytes: 0, sha256: '', warnings };
  };
}

/** A page of an opened file, from 0, checked like the file itself. */
async function openPage(opened: OpenedInput, job: EnlargeJob, page: number): Promise<OpenedInput> {
  const inspected = await inspectInput(opened.file, job, page);
  const to = targetSize(inspected.facts.size, job.settings.sizing);
  assertOutputSize(to, job.settings.maxOutputMegapixels);
  assertFits(to, job.outputFormat);
  return { file: opened.file, ...inspected, to };
}

/** The pages after the first, from 0, opened one after the other, each with its part of the job's progress. */
export async function* furtherPages(
  opened: OpenedInput,
  indices: readonly number[],
  job: EnlargeJob,
  hooks: JobHooks,
): AsyncGenerator<{ readonly index: number; readonly image: OpenedInput; readonly part: JobHooks }> {
  for (const [offset, index] of indices.slice(1).entries()) {
    throwIfCancelled(hooks.signal);
    const image = await openPage(opened, job, index);
    yield { index, image, part: partHooks(hooks, offset + 1, indices.length) };
  }
}

/**
 * Enlarges pages of a TIFF into one TIFF, one after the other: memory does not grow with their number.
 *
 * @param opened The first of them.
 * @param indices Pages from 0, in the order in which they are written.
 */
export async function enlargePages(
  opened: OpenedInput,
  indices: readonly number[],
  job: EnlargeJob,
  tools: WorkerTools,
  hooks: JobHooks,
): Promise<EnlargedImage> {
  const count = indices.length;
  const bytesOfFirst =
    opened.to.width * opened.to.height * opened.facts.channels * (opened.facts.bitDepth / 8);
  const bigTiff = bytesOfFirst * count > BIG_TIFF_BYTES;
  const first = await makeResult(opened, job, tools, {
    hooks: partHooks(hooks, 0, count),
    write: writeFirst(bigTiff),
  });
  const others: EnlargedImage[] = [];
  const { previewPath, ...withoutPreview } = job;
  for await (const { image, part } of furtherPages(opened, indices, job, hooks)) {
    others.push(
      await makeResult(image, withoutPreview, tools, { hooks: part, write: writeFurther(bigTiff) }),
    );
  }
  const written = await finishPages(job.tempPath, opened.file);
  return combineResults([first, ...others], written, []);
}
