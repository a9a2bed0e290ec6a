import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { EnlargerError, type ErrorCode } from '../api/errors.ts';
import { IMAGE_FORMATS, readableFormatNames, type InputFormat } from '../api/imageFormats.ts';
import type { PageChoice } from '../api/jobSettings.ts';
import type { OutputFormat } from '../api/outputFormats.ts';
import { bytesSource, type ByteSource } from '../metadata/byteSource.ts';
import { fileSource } from './fileSource.ts';
import type { InputBytes } from './formats/formatDecoder.ts';
import { isAnimatedGif } from './formats/gif/gifBlocks.ts';
import { countTiffPages } from './formats/tiff/tiffPages.ts';
import { sniffFormat, type SniffedFormat } from './sniffFormat.ts';

/** Larger files are refused: files are read into memory, so that they cannot change while being decoded. */
const MAX_INPUT_BYTES = 2 ** 31 - 1;

const OPEN_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  ENOENT: ['input/not-found', 'does not exist'],
  ENOTDIR: ['input/not-found', 'does not exist'],
  EACCES: ['input/unreadable', 'may not be read (no permission)'],
  EPERM: ['input/unreadable', 'may not be read (no permission)'],
  ELOOP: ['input/unreadable', 'is a circle of symbolic links'],
  ENAMETOOLONG: ['input/unreadable', 'has too long a name'],
  // A socket.
  ENXIO: ['input/not-a-file', 'is not a regular file'],
};

function inputError(file: string, error: unknown): EnlargerError {
  const systemCode = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [code, reason] = OPEN_ERRORS[systemCode] ?? ['input/unreadable', `cannot be read (${String(error)})`];
  return new EnlargerError(code, `${file} ${reason}.`, { file, systemCode }, { cause: error });
}

/** What a file must be before any of it is read. */
async function assertReadable(
  handle: FileHandle,
  file: string,
): Promise<{ sizeBytes: number; mtimeMs: number; atimeMs: number }> {
  const stats = await handle.stat();
  if (!stats.isFile())
    throw new EnlargerError('input/not-a-file', `${file} is not a regular file.`, { file });
  if (stats.size === 0) throw new EnlargerError('input/empty', `${file} is empty (0 bytes).`, { file });
  if (stats.size > MAX_INPUT_BYTES) {
    const message = `${file} has ${stats.size} bytes; the limit is ${MAX_INPUT_BYTES}.`;
    throw new EnlargerError('input/too-large', message, { file, sizeBytes: stats.size });
  }
  return { sizeBytes: stats.size, mtimeMs: stats.mtimeMs, atimeMs: stats.atimeMs };
}

// Without O_NONBLOCK, opening a named pipe would wait for ever; Windows has no such flag.
const READ_ONLY = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NONBLOCK);

async function withFile<T>(file: string, use: (handle: FileHandle) => Promise<T>): Promise<T> {
  const handle = await open(file, READ_ONLY).catch((error: unknown) => {
    throw inputError(file, error);
  });
  try {
    return await use(handle);
  } catch (error) {
    throw error instanceof EnlargerError ? error : inputError(file, error);
  } finally {
    await handle.close();
  }
}

/**
 * @returns The format of a file by its bytes.
 * @throws EnlargerError `image/unsupported-format` when it is not one that is read.
 */
export function imageFormat(bytes: Uint8Array, file: string): InputFormat {
  return fileFormat(bytesSource(bytes), file);
}

/** A format's name with its article, by sound. */
function withArticle(name: string): string {
  return `${/^([AEIO]|SVG)/i.test(name) ? 'an' : 'a'} ${name}`;
}

/** The format of a file of which any part can be read; see {@link imageFormat}. */
export function fileFormat(source: ByteSource, file: string): InputFormat {
  const sniffed = sniffFormat(source);
  if (sniffed.kind === 'image') return sniffed.format;
  const what =
    sniffed.kind === 'unknown'
      ? 'is not an image of a supported format'
      : `is ${withArticle(sniffed.name)} file, which is not supported`;
  const message = `${file} ${what}. Supported formats: ${readableFormatNames()}.`;
  throw new EnlargerError('image/unsupported-format', message, { file });
}

/** The format of a file, from the first bytes that reveal it; see {@link imageFormat}. */
export function readImageFormat(file: string): Promise<InputFormat> {
  return withFile(file, async (handle) => {
    await assertReadable(handle, file);
    return fileFormat(fileSource(handle.fd), file);
  });
}

/** The properties of a file that decide the format and name of its result. */
export interface SourceFacts {
  readonly format: InputFormat;
  /** What it is written as when its own format is requested. */
  readonly same: OutputFormat;
  /** How many pages it has; 1 for frames. */
  readonly pages: number;
}

/**
 * Reads as little of a file as decides its result's format and name.
 *
 * @param choice Which frames of it; a GIF that is one image is better off as a PNG.
 */
export function readSourceFacts(file: string, choice?: PageChoice): Promise<SourceFacts> {
  return withInputBytes(file, ({ source }) => {
    const format = fileFormat(source, file);
    const isStill = format === 'gif' && (choice === 'first' || !isAnimatedGif(source));
    const same = isStill ? 'png' : IMAGE_FORMATS[format].writtenAs;
    return Promise.resolve({ format, same, pages: format === 'tiff' ? countTiffPages(source) : 1 });
  });
}

/** Whether a file is an image by its bytes, of a format that is read or not; a file that cannot be read is not. */
export async function looksLikeImage(file: string): Promise<boolean> {
  const sniffed = await withFile<SniffedFormat>(file, async (handle) => {
    await assertReadable(handle, file);
    return sniffFormat(fileSource(handle.fd));
  }).catch(() => ({ kind: 'unknown' }) as const);
  return sniffed.kind !== 'unknown';
}

/** Opens a file for as long as it is used; what is not needed of it is not read. */
export function withInputBytes<T>(file: string, use: (input: InputBytes) => Promise<T>): Promise<T> {
  return withFile(file, async (handle) => {
    const { sizeBytes } = await assertReadable(handle, file);
    const source = fileSource(handle.fd);
    let whole: Buffer | undefined;
    return use({ source, whole: () => (whole ??= Buffer.from(source.read(0, sizeBytes))) });
  });
}

export interface InputFile {
  readonly bytes: Buffer;
  readonly format: InputFormat;
  readonly modifiedAtMs: number;
  readonly accessedAtMs: number;
}

/**
 * Reads an image's file into memory; it is opened for reading only.
 *
 * @throws EnlargerError `input/…` or `image/unsupported-format`.
 */
export function readInput(file: string): Promise<InputFile> {
  return withFile(file, async (handle) => {
    const { mtimeMs, atimeMs } = await assertReadable(handle, file);
    const bytes = await handle.readFile();
    return { bytes, format: imageFormat(bytes, file), modifiedAtMs: mtimeMs, accessedAtMs: atimeMs };
  });
}
