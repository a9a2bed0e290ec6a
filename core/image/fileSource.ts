import { fstatSync, readSync } from 'node:fs';
import type { ByteSource } from '../metadata/byteSource.ts';

/**
 * A byte source over an open file, read as it is requested.
 *
 * @param descriptor The caller closes it.
 */
export function fileSource(descriptor: number): ByteSource {
  const { size: sizeBytes } = fstatSync(descriptor);
  return {
    sizeBytes,
    read: (start, end) => {
      const from = Math.max(0, Math.min(start, sizeBytes));
      const bytes = Buffer.alloc(Math.max(0, Math.min(end, sizeBytes) - from));
      let done = 0;
      while (done < bytes.length) {
        const got = readSync(descriptor, bytes, done, bytes.length - done, from + done);
        if (got === 0) break;
        done += got;
      }
      return bytes.subarray(0, done);
    },
  };
}
