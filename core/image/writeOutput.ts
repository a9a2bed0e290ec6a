import { createHash } from 'node:crypto';
import { closeSync, fsync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { EnlargerError } from '../api/errors.ts';
import type { Size } from '../api/image.ts';
import type { EncodedImage } from './encode.ts';
import type { OutputFormat } from '../api/outputFormats.ts';
import { embedMetadata, type ByteSource } from '../metadata/embedMetadata.ts';
import type { ImageMetadata } from '../metadata/imageMetadata.ts';
import { keepTimes } from '../files/keepTimes.ts';
import { outputError } from '../files/outputError.ts';
import { openEncoded } from './openEncoded.ts';
import { jxlSize } from './formats/jxl/jxlSize.ts';
import { readImageFormat, withInputBytes } from './readInput.ts';
import { sharp } from './sharpLoader.ts';

export interface WrittenFile {
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly warnings: readonly string[];
}

/** Large copies go through memory in pieces of this size. */
const COPY_BYTES = 8 * 1024 * 1024;

function* piecesOf(source: ByteSource, start: number, end: number): Generator<Uint8Array> {
  for (let position = start; position < end; position += COPY_BYTES) {
    yield source.read(position, Math.min(position + COPY_BYTES, end));
  }
}

/** The permissions that a program gives to a user's new file. */
const NEW_FILE_MODE = 0o666;

export interface OutputFile {
  /** Must not exist. */
  readonly tempPath: string;
  readonly format: OutputFormat;
  readonly metadata: ImageMetadata;
  readonly modifiedAtMs: number;
  readonly accessedAtMs: number;
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done, bytes.length - done);
}

const sync = promisify(fsync);

/**
 * Writes an encoded image with its metadata to a temporary file and forces it to the disk.
 *
 * [Note: Few turns of the event loop] The next image's inference blocks the event loop for a second at a time, and
 * every `await` waits for a gap in it. So all but the slow part, the sync, is done in one go.
 *
 * @throws EnlargerError `output/…`; the caller deletes what was written.
 */
export async function writeOutput(encoded: EncodedImage, file: OutputFile): Promise<WrittenFile> {
  const source = openEncoded(encoded);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file.tempPath, 'wx', NEW_FILE_MODE);
    const { segments, warnings } = embedMetadata(file.format, source, file.metadata);
    const hash = createHash('sha256');
    let sizeBytes = 0;
    for (const segment of segments) {
      const pieces =
        segment.kind === 'bytes' ? [segment.bytes] : piecesOf(source, segment.start, segment.end);
      for (const piece of pieces) {
        writeAll(descriptor, piece);
        hash.update(piece);
        sizeBytes += piece.length;
      }
    }
    keepTimes(descriptor, file);
    // On the descriptor that was written to: errors of delayed writing are reported only here, and only once.
    await sync(descriptor);
    return { sizeBytes, sha256: hash.digest('hex'), warnings };
  } catch (error) {
    throw outputError(file.tempPath, error);
  } finally {
    source.close();
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * Opens a written file again and checks that it is the right image.
 *
 * @throws EnlargerError `output/verification-failed`.
 */
export async function verifyOutput(
  tempPath: string,
  expected: Size & { format: OutputFormat },
): Promise<void> {
  const failed = (found: string, cause?: unknown): EnlargerError => {
    const message = `The written file is not the image that was made: ${found}. The disk may be failing.`;
    return new EnlargerError('output/verification-failed', message, {}, { cause });
  };
  const written = await writtenSize(tempPath).catch((error: unknown) => {
    throw failed(String(error), error);
  });
  const { width, height, format } = written;
  if (width !== expected.width || height !== expected.height || format !== expected.format) {
    throw failed(`${width} × ${height} px ${format}`);
  }
}

/** The size and format by a file's header. */
async function writtenSize(file: string): Promise<Size & { readonly format: string }> {
  if ((await readImageFormat(file)) === 'jxl') {
    const size = await withInputBytes(file, ({ source }) => Promise.resolve(jxlSize(source)));
    return { ...(size ?? { width: 0, height: 0 }), format: 'jxl' };
  }
  const { width, height, format } = await sharp(file, {
    limitInputPixels: false,
    unlimited: true,
  }).metadata();
  return { width, height, format: format === 'heif' ? 'avif' : format };
}
