import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MAX_PASTED_BYTES } from '../core/api/contract.ts';
import { EnlargerError } from '../core/api/errors.ts';
import { safeFileName } from '../core/api/safeFileName.ts';
import { mayClockBeWrong } from '../core/files/clockJump.ts';
import { makeFolder } from '../core/files/makeFolder.ts';
import { imageFormat } from '../core/image/readInput.ts';

/** Long enough for images in the queue, and for comparing their results later. */
const KEEP_DAYS = 30;

const MAX_KEPT = 10_000;

/** Left free on the disk, for the results and for the rest of the machine. */
const KEPT_FREE_BYTES = 512 * 1024 * 1024;

/**
 * Images that were pasted and have no file: kept in a folder of the program, which no other user may
 * read. Their results must not go there, so another folder stands in for theirs.
 */
export class PastedImages {
  readonly #folder: string;
  readonly #resultsFolder: () => string;

  /** @param resultsFolder Where people look for images. */
  constructor(folder: string, resultsFolder: () => string) {
    this.#folder = path.resolve(folder);
    this.#resultsFolder = resultsFolder;
  }

  /**
   * Writes an image under a safe name.
   *
   * @returns Where it is.
   * @throws EnlargerError `upload/too-large`, `image/unsupported-format` or `output/no-space`; nothing is written then.
   */
  async keep(name: string, bytes: Uint8Array): Promise<string> {
    const fileName = safeFileName(name);
    if (bytes.length > MAX_PASTED_BYTES) {
      const message = `${fileName} has ${bytes.length} bytes; pasted images may have ${MAX_PASTED_BYTES}. Save it, then add the file.`;
      throw new EnlargerError('upload/too-large', message, { sizeBytes: bytes.length });
    }
    imageFormat(bytes, fileName);
    await makeFolder(this.#folder, { mode: 0o700 });
    await this.#assertRoom(bytes.length);
    const folder = path.join(this.#folder, randomBytes(16).toString('hex'));
    await mkdir(folder, { mode: 0o700 });
    try {
      const file = path.join(folder, fileName);
      await writeFile(file, bytes, { flag: 'wx', mode: 0o600 });
      return file;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** The folder that stands in for an image's own if its result is to be next to it. */
  ownFolder(folder: string): string {
    const isPasted = path.dirname(path.resolve(folder)) === this.#folder;
    return isPasted ? this.#resultsFolder() : folder;
  }

  /** Deletes what was pasted a month ago or earlier; but not if the last call was just as long ago, since the clock may be wrong. */
  async removeOld(): Promise<void> {
    const keepMs = KEEP_DAYS * 86_400_000;
    if (mayClockBeWrong(`${this.#folder}.started`, keepMs)) return;
    for (const name of await this.#kept()) {
      const each = path.join(this.#folder, name);
      const { mtimeMs } = await stat(each);
      if (Date.now() - mtimeMs > keepMs) await rm(each, { recursive: true, force: true });
    }
  }

  async #kept(): Promise<readonly string[]> {
    return readdir(this.#folder).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    });
  }

  async #assertRoom(sizeBytes: number): Promise<void> {
    if ((await this.#kept()).length >= MAX_KEPT)
      throw new EnlargerError('upload/too-large', `More than ${MAX_KEPT} images were pasted this month.`);
    const { bavail, bsize } = await statfs(this.#folder);
    if (bavail * bsize - sizeBytes >= KEPT_FREE_BYTES) return;
    throw new EnlargerError('output/no-space', 'There is not enough disk space for this image.', {
      sizeBytes,
    });
  }
}
