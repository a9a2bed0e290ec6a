import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { EnlargerError } from '../api/errors.ts';
import type { Size } from '../api/image.ts';
import { prepareImage } from './prepareImage.ts';
import { readImageFormat, withInputBytes } from './readInput.ts';
import { sharp } from './sharpLoader.ts';

/** The facts of a published file, read from the file. */
export interface PublishedFacts extends Size {
  readonly format: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Of the embedded colour profile. */
  readonly iccSha256: string | null;
  readonly orientation: number;
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(file)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

/** What libvips reads: the file, or its pixels when libvips does not know the format. */
async function readable(file: string): Promise<string | Buffer> {
  const format = await readImageFormat(file);
  if (format !== 'jxl') return file;
  const prepared = await withInputBytes(file, (input) =>
    prepareImage(input, format, { maxPixels: Infinity }),
  );
  return prepared.bytes ?? file;
}

/**
 * Opens a published image again, reads every byte of it and decodes it to the end, so that a report describes what is
 * on the disk, not what should be there.
 *
 * @throws EnlargerError `output/verification-failed`.
 */
export async function inspectPublished(file: string): Promise<PublishedFacts> {
  try {
    const sha256 = await sha256Of(file);
    const { size } = await stat(file);
    const image = sharp(await readable(file), {
      failOn: 'warning',
      limitInputPixels: false,
      unlimited: true,
      sequentialRead: true,
    });
    const metadata = await image.metadata();
    // A thumbnail needs all rows, but none of them for long.
    await image.clone().resize(16, 16, { fit: 'inside' }).raw().toBuffer();
    const { width, height, icc, orientation } = metadata;
    return {
      width,
      height,
      format: await readImageFormat(file),
      sizeBytes: size,
      sha256,
      iccSha256: icc === undefined ? null : createHash('sha256').update(icc).digest('hex'),
      orientation: orientation ?? 1,
    };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    const message = `The published file ${file} cannot be read again: ${text}. The disk may be failing.`;
    throw new EnlargerError('output/verification-failed', message, { file }, { cause: error });
  }
}
