import { constants, createReadStream, openSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Socket } from 'node:net';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { defined } from '../api/defined.ts';
import { EnlargerError } from '../api/errors.ts';

/** Number of leading bytes by which a list's encoding is detected. */
const PROBE_BYTES = 4096;

/** The share of zero bytes at even or odd offsets; in UTF-16 text in Latin script, one of the two is high. */
function zeroShare(bytes: Uint8Array, offset: 0 | 1): number {
  const probe = bytes.subarray(0, PROBE_BYTES);
  let zeros = 0;
  for (let index = offset; index < probe.length; index += 2) if (probe[index] === 0) zeros++;
  return zeros / Math.max(1, Math.floor(probe.length / 2));
}

function encodingOf(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | 'utf-8' {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (zeroShare(bytes, 1) > 0.4 && zeroShare(bytes, 0) < 0.1) return 'utf-16le';
  if (zeroShare(bytes, 0) > 0.4 && zeroShare(bytes, 1) < 0.1) return 'utf-16be';
  return 'utf-8';
}

/** Decodes UTF-8 or UTF-16, with or without a byte order mark; otherwise assumes Windows-1252. */
function decodeText(bytes: Uint8Array): string {
  const encoding = encodingOf(bytes);
  try {
    return new TextDecoder(encoding, { fatal: encoding === 'utf-8' }).decode(bytes);
  } catch {
    // Windows PowerShell 5 and old editors write the ANSI code page.
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function withoutQuotes(line: string): string {
  const [, , quoted] = /^\s*(["'])(.*)\1\s*$/.exec(line) ?? [];
  return quoted ?? line.trim();
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** Candidate paths for a line, most likely first: as written, without its quotes, and next to the list. */
function readings(line: string, folder: string | undefined): string[] {
  const plain = [...new Set([line, withoutQuotes(line)])].filter((text) => text !== '');
  const beside = folder === undefined ? [] : plain.map((text) => path.resolve(folder, text));
  return [...plain, ...beside];
}

async function pathOfLine(line: string, folder: string | undefined): Promise<string | undefined> {
  for (const reading of readings(line, folder)) if (await isThere(reading)) return reading;
  // A file name may begin with `#`; if there is no such file, the line is a comment.
  if (line.startsWith('#')) return undefined;
  const plain = withoutQuotes(line);
  return plain === '' ? undefined : plain;
}

/**
 * Reads a list of paths: one per line, or separated by zero bytes as from `find -print0`. UTF-8, UTF-16 and
 * Windows-1252 are recognised. Empty lines and comments (`#`, unless a file has that name) are left out; quotes around
 * a path are removed unless they belong to its name.
 *
 * @param folder Folder of the list. A relative path that is not found from the working directory is resolved against this folder.
 * @returns The paths in order; one that does not exist is returned as it was written.
 */
export async function parseList(bytes: Uint8Array, folder?: string): Promise<string[]> {
  const text = decodeText(bytes).replace(/^\ufeff/, '');
  const lines = text.includes('\0') ? text.split('\0') : text.split(/\r?\n/);
  const paths: string[] = [];
  for (const line of lines) {
    const found = line === '' ? undefined : await pathOfLine(line, folder);
    if (found !== undefined) paths.push(found);
  }
  return paths;
}

/** Even a list of a million long paths fits; without a limit, a device without an end would exhaust the memory. */
const MAX_LIST_BYTES = 2 ** 28;

/**
 * Opens a list. A named pipe is opened without waiting for a writer: a thread that waits for one could not be
 * interrupted, and would keep the process alive.
 */
async function openList(file: string): Promise<Readable> {
  if (!(await stat(file)).isFIFO()) return createReadStream(file);
  return new Socket({ fd: openSync(file, constants.O_RDONLY | constants.O_NONBLOCK), writable: false });
}

async function readAll(stream: Readable, name: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  for await (const piece of stream) {
    const bytes = Buffer.from(piece as Uint8Array);
    sizeBytes += bytes.length;
    if (sizeBytes > MAX_LIST_BYTES) {
      const message = `The list ${name} is larger than ${MAX_LIST_BYTES} bytes. Split it, or pass a folder instead.`;
      throw new EnlargerError('input/too-large', message, { file: name });
    }
    pieces.push(bytes);
  }
  return Buffer.concat(pieces);
}

/**
 * Reads a whole list from a stream; see {@link parseList}.
 *
 * @throws EnlargerError `input/too-large`; the signal's reason if it is aborted.
 */
export async function readListFrom(
  stream: Readable,
  {
    name,
    folder,
    signal,
  }: { readonly name: string; readonly folder?: string; readonly signal?: AbortSignal },
): Promise<string[]> {
  const stop = (): void => void stream.destroy();
  signal?.addEventListener('abort', stop);
  try {
    if (signal?.aborted === true) stop();
    return await parseList(await readAll(stream, name), folder);
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

/**
 * Reads a list of paths from a file or a pipe; see {@link parseList}.
 *
 * @throws EnlargerError `input/not-found` if the list cannot be read, `input/too-large`; the signal's reason if it is
 * aborted.
 */
export async function readList(file: string, signal?: AbortSignal): Promise<string[]> {
  try {
    const folder = path.dirname(path.resolve(file));
    return await readListFrom(await openList(file), { name: file, folder, ...defined({ signal }) });
  } catch (error) {
    if (error instanceof EnlargerError || signal?.aborted === true) throw error;
    const message = `The list ${file} cannot be read. Check its path.`;
    throw new EnlargerError('input/not-found', message, { file }, { cause: error });
  }
}
