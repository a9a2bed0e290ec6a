import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { bitDepthOf, type Raster, type Samples } from '../api/image.ts';
import { makeFolderSync } from '../files/makeFolder.ts';
import { outputError } from '../files/outputError.ts';
import { rawTiffHeader } from './rawTiff.ts';
import type { RowShape } from './rowShape.ts';

/**
 * The rows of an image that is being made: in memory while it is small, in a scratch file when it is not, so that a
 * worker's memory does not grow with its images.
 */
export interface RowStore {
  readonly shape: RowShape;
  /** Rows `top … top + count`, zero if they were never written. Changes only count once they are written back. */
  read(top: number, count: number): Raster;
  /** Writes whole rows at `top`. */
  write(top: number, rows: Samples): void;
  /** What an encoder reads the finished image from. */
  readonly content:
    { readonly kind: 'memory'; readonly data: Samples } | { readonly kind: 'file'; readonly path: string };
  /** Frees memory and deletes the scratch file. */
  dispose(): void;
}

/** Images above this many bytes of pixels are kept in a scratch file. */
export const MEMORY_STORE_BYTES = 384 * 1024 * 1024;

export function allocateSamples(bitDepth: 8 | 16, length: number): Samples {
  return bitDepth === 8 ? new Uint8Array(length) : new Uint16Array(length);
}

export function rowStoreBytes(shape: RowShape): number {
  return shape.width * shape.height * shape.channels * (shape.bitDepth / 8);
}

/** A store over an image that is in memory already. */
export function rasterStore(raster: Raster): RowStore {
  const { width, height, channels, data } = raster;
  const rowLength = width * channels;
  return {
    shape: { width, height, channels, bitDepth: bitDepthOf(data) },
    read: (top, count) => ({
      width,
      height: count,
      channels,
      data: data.subarray(top * rowLength, (top + count) * rowLength),
    }),
    write: (top, rows) => {
      const isOwnView =
        rows.buffer === data.buffer &&
        rows.byteOffset === data.byteOffset + top * rowLength * data.BYTES_PER_ELEMENT;
      if (!isOwnView) data.set(rows, top * rowLength);
    },
    content: { kind: 'memory', data },
    dispose: () => undefined,
  };
}

/** Runs a step on a scratch file; errors of the disk become errors that a user can meet. */
function onScratch<T>(path: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw outputError(path, error);
  }
}

function openScratch(path: string): number {
  makeFolderSync(dirname(path));
  return openSync(path, 'wx+', 0o600);
}

/**
 * A store in a scratch file, which is at every moment a valid uncompressed TIFF that libvips reads strip by strip.
 *
 * @throws EnlargerError `output/…`, here and when rows are written.
 */
export function createFileStore(shape: RowShape, path: string): RowStore {
  const { width, channels, bitDepth } = shape;
  const rowBytes = width * channels * (bitDepth / 8);
  const header = rawTiffHeader(shape);
  const descriptor = onScratch(path, () => openScratch(path));
  const writeAll = (bytes: Uint8Array, position: number): void => {
    onScratch(path, () => {
      for (let done = 0; done < bytes.length;) {
        done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
      }
    });
  };
  const dispose = (): void => {
    closeSync(descriptor);
    rmSync(path, { force: true });
  };
  try {
    writeAll(header, 0);
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    shape,
    read: (top, count) => {
      const data = allocateSamples(bitDepth, width * count * channels);
      const bytes = new Uint8Array(data.buffer);
      const start = header.length + top * rowBytes;
      for (let done = 0; done < bytes.length;) {
        const got = readSync(descriptor, bytes, done, bytes.length - done, start + done);
        if (got === 0) break; // rows that were never written are zero
        done += got;
      }
      return { width, height: count, channels, data };
    },
    write: (top, rows) => {
      writeAll(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), header.length + top * rowBytes);
    },
    content: { kind: 'file', path },
    dispose,
  };
}

/** Creates an empty store; `scratchPath` is only used for large images. The caller disposes of it. */
export function createRowStore(shape: RowShape, scratchPath: string): RowStore {
  if (rowStoreBytes(shape) > MEMORY_STORE_BYTES) return createFileStore(shape, scratchPath);
  const { width, height, channels, bitDepth } = shape;
  return rasterStore({ width, height, channels, data: allocateSamples(bitDepth, width * height * channels) });
}
