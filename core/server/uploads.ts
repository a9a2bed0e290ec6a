import { randomBytes } from 'node:crypto';
import { createWriteStream, existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { EnlargerError } from '../api/errors.ts';
import { safeFileName } from '../api/safeFileName.ts';

/** The same as the limit for input files. */
const MAX_UPLOAD_BYTES = 2 ** 31 - 1;

const MAX_UPLOADS = 100_000;

/** Left free on the disk, for the results and for the rest of the machine. */
const KEPT_FREE_BYTES = 512 * 1024 * 1024;

/** A sender that is silent for this long is cut off. */
const SILENCE_MS = 30_000;

export interface Upload {
  readonly uploadId: string;
  readonly name: string;
  readonly sizeBytes: number;
}

/** Lets as many bytes through as were announced, and ends a sender that falls silent. */
function meter(announced: number): Transform {
  let received = 0;
  let silence: NodeJS.Timeout;
  const listen = (stream: Transform): void => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      stream.destroy(new EnlargerError('request/invalid', `Nothing was sent for ${SILENCE_MS / 1000} s.`));
    }, SILENCE_MS);
  };
  const stream = new Transform({
    transform(chunk: Uint8Array, _, done) {
      received += chunk.length;
      listen(this);
      if (received <= announced) done(null, chunk);
      else done(new EnlargerError('upload/too-large', 'More bytes were sent than announced.'));
    },
    flush(done) {
      if (received === announced) done();
      else done(new EnlargerError('request/invalid', `${received} of ${announced} bytes were sent.`));
    },
    destroy(error, done) {
      clearTimeout(silence);
      done(error);
    },
  });
  listen(stream);
  return stream;
}

/** Ends the names of folders whose file is still being sent. */
const UNFINISHED = '.part';

/** Files that a browser sent; on disk, each in a separate folder, whose name is the file's id. */
export class Uploads {
  readonly #folder: string;
  readonly #freeBytes: () => Promise<number>;
  #reservedBytes = 0;
  #underWay = 0;

  /**
   * @param folder Exists, and is for uploads alone.
   * @param freeBytes Free space of its disk.
   */
  constructor(folder: string, freeBytes: () => Promise<number> = () => freeBytesOf(folder)) {
    this.#folder = folder;
    this.#freeBytes = freeBytes;
  }

  /**
   * Writes a body to disk as it arrives.
   *
   * @throws EnlargerError `upload/too-large`, `output/no-space` or `request/invalid`; nothing is left then.
   */
  async receive(body: Readable, name: string, sizeBytes: number): Promise<Upload> {
    const release = await this.#reserve(sizeBytes);
    try {
      return await this.#write(body, name, sizeBytes);
    } finally {
      release();
    }
  }

  async #write(body: Readable, name: string, sizeBytes: number): Promise<Upload> {
    const uploadId = randomBytes(16).toString('hex');
    const folder = path.join(this.#folder, uploadId);
    const unfinished = folder + UNFINISHED;
    const fileName = safeFileName(name);
    await mkdir(unfinished, { mode: 0o700 });
    try {
      const file = createWriteStream(path.join(unfinished, fileName), { flags: 'wx', mode: 0o600 });
      await pipeline(body, meter(sizeBytes), file);
      await rename(unfinished, folder);
    } catch (error) {
      await rm(unfinished, { recursive: true, force: true });
      throw uploadError(error);
    }
    return { uploadId, name: fileName, sizeBytes };
  }

  /** @throws EnlargerError `upload/not-found`. */
  pathOf(uploadId: string): string {
    const folder = path.join(this.#folder, uploadId);
    const [fileName] = /^[0-9a-f]{32}$/.test(uploadId) && existsSync(folder) ? readdirSync(folder) : [];
    if (fileName !== undefined) return path.join(folder, fileName);
    throw new EnlargerError('upload/not-found', 'The uploaded image is no longer available. Send it again.');
  }

  /** Deletes incomplete uploads of a server that ended suddenly, and the uploads of earlier versions. */
  async removeUnfinished(): Promise<void> {
    const unfinished = readdirSync(this.#folder).filter(
      (name) => name.endsWith(UNFINISHED) || name.startsWith('session-'),
    );
    for (const name of unfinished) await rm(path.join(this.#folder, name), { recursive: true, force: true });
  }

  /** Ids of all files on disk, including those still being sent. */
  kept(): readonly string[] {
    return readdirSync(this.#folder);
  }

  /**
   * Reserves room for a file before its first byte arrives. How much of each file under way is already on the disk is
   * not known, so its whole size is counted: accepting one file too few is better than a full disk.
   *
   * @returns Releases the room.
   */
  async #reserve(sizeBytes: number): Promise<() => void> {
    this.#assertAllowed(sizeBytes);
    const freeBytes = await this.#freeBytes();
    if (freeBytes - this.#reservedBytes - sizeBytes < KEPT_FREE_BYTES) {
      const message = `There is not enough disk space for this file of ${sizeBytes} bytes. Free some, or send fewer at a time.`;
      throw new EnlargerError('output/no-space', message, { sizeBytes });
    }
    this.#reservedBytes += sizeBytes;
    this.#underWay++;
    return () => {
      this.#reservedBytes -= sizeBytes;
      this.#underWay--;
    };
  }

  #assertAllowed(sizeBytes: number): void {
    if (sizeBytes > MAX_UPLOAD_BYTES) {
      const message = `The file has ${sizeBytes} bytes; the limit is ${MAX_UPLOAD_BYTES}.`;
      throw new EnlargerError('upload/too-large', message, { sizeBytes });
    }
    if (this.kept().length + this.#underWay >= MAX_UPLOADS) {
      throw new EnlargerError('upload/too-large', `More than ${MAX_UPLOADS} files were sent.`);
    }
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function uploadError(error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new EnlargerError('output/no-space', 'The disk became full.', {}, { cause: error });
  }
  // The browser disconnected, or cancelled.
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET') {
    return new EnlargerError('job/cancelled', 'The file was not sent completely.', {}, { cause: error });
  }
  return error;
}
