import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { EnlargerError } from '../api/errors.ts';
import { hashFile } from '../files/hashFile.ts';
import { keepTimes } from '../files/keepTimes.ts';
import { outputError } from '../files/outputError.ts';
import type { ImageMetadata } from '../metadata/imageMetadata.ts';
import { planTiffPage } from '../metadata/tiff/appendTiffPage.ts';
import type { EncodedImage } from './encode.ts';
import { fileSource } from './fileSource.ts';
import { openEncoded } from './openEncoded.ts';
import type { WrittenFile } from './writeOutput.ts';

const COPY_BYTES = 8 * 1024 * 1024;

function writeAt(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length;)
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
}

/**
 * Appends an encoded page to a TIFF file that is being written; memory does not grow with the pages.
 *
 * @param metadata The page's own.
 * @throws EnlargerError `output/…` or `size/too-large-for-format`.
 */
export function appendPage(tempPath: string, encoded: EncodedImage, metadata: ImageMetadata): void {
  const page = openEncoded(encoded);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(tempPath, 'r+');
    const plan = planTiffPage(fileSource(descriptor), page, metadata);
    if (plan === undefined) {
      const message =
        'All pages together are too large for one TIFF file of 4 GB. Choose a smaller size, or --pages.';
      throw new EnlargerError('size/too-large-for-format', message);
    }
    for (let start = 0; start < page.sizeBytes; start += COPY_BYTES)
      writeAt(
        descriptor,
        page.read(start, Math.min(start + COPY_BYTES, page.sizeBytes)),
        plan.copyAt + start,
      );
    writeAt(descriptor, plan.directory, plan.directoryAt);
    writeAt(descriptor, plan.pointer, plan.pointerAt);
  } catch (error) {
    throw outputError(tempPath, error);
  } finally {
    page.close();
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Forces a file with appended pages to the disk, with its times.
 *
 * @throws EnlargerError `output/…`.
 */
export async function finishPages(
  tempPath: string,
  times: { readonly accessedAtMs: number; readonly modifiedAtMs: number },
): Promise<Pick<WrittenFile, 'sizeBytes' | 'sha256'>> {
  try {
    const descriptor = openSync(tempPath, 'r+');
    try {
      keepTimes(descriptor, times);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return { sizeBytes: (await stat(tempPath)).size, sha256: await hashFile(tempPath) };
  } catch (error) {
    throw outputError(tempPath, error);
  }
}
