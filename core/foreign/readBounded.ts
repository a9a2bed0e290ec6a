import { closeSync, fstatSync, lstatSync, openSync, readSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ExternalData } from '../onnx/readOnnx.ts';
import { MAX_FILE_BYTES } from './limits.ts';
import { Refusal, unreadable } from './refusal.ts';

function assertSize(file: string, sizeBytes: number): void {
  if (sizeBytes <= MAX_FILE_BYTES) return;
  const megabytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
  throw new Refusal(
    'model/too-large',
    `${path.basename(file)} has ${megabytes(sizeBytes)} MB; files up to ${megabytes(MAX_FILE_BYTES)} MB are read.`,
  );
}

/**
 * Reads a whole file, if it is one and not too large.
 *
 * @throws Refusal
 */
export async function readBounded(file: string): Promise<Buffer> {
  const found = await stat(file).catch((error: unknown) => {
    throw unreadable(`${path.basename(file)} cannot be opened`, error);
  });
  // Reading a device or a pipe might never end.
  if (!found.isFile()) throw unreadable(`${path.basename(file)} is not a file`);
  assertSize(file, found.size);
  return readFile(file).catch((error: unknown) => {
    throw unreadable(`${path.basename(file)} cannot be opened`, error);
  });
}

/** A plain file name: no folder, no drive, no stream. */
const PLAIN_NAME = /^[^/\\:\0]{1,255}$/;

/**
 * Creates a reader of tensors that an ONNX file keeps in other files. It opens plain names in one folder only, and
 * follows no link.
 */
export function externalReader(folder: string): (where: ExternalData) => Uint8Array {
  return ({ location, offset, length }) => {
    const isPlain = PLAIN_NAME.test(location) && location !== '.' && location !== '..';
    const file = path.join(folder, location);
    if (!isPlain || !lstatSync(file, { throwIfNoEntry: false })?.isFile()) {
      throw new Refusal(
        'model/unsafe',
        `The network keeps weights in "${location.slice(0, 200)}", which is not in the same folder. Put both files into one folder.`,
      );
    }
    const handle = openSync(file, 'r');
    try {
      const { size } = fstatSync(handle);
      assertSize(file, size);
      const count = length ?? size - offset;
      if (count < 0 || offset + count > size)
        throw unreadable(`${location} is shorter than the network needs`);
      const bytes = Buffer.alloc(count);
      readSync(handle, bytes, 0, count, offset);
      return bytes;
    } finally {
      closeSync(handle);
    }
  };
}
