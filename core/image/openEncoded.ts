import { closeSync, openSync } from 'node:fs';
import type { ByteSource } from '../metadata/byteSource.ts';
import type { EncodedImage } from './encode.ts';
import { fileSource } from './fileSource.ts';

/** An encoder's output, as bytes that are read as they are requested; the caller closes it. */
export function openEncoded(encoded: EncodedImage): ByteSource & { close: () => void } {
  if (encoded.kind === 'memory') {
    const { bytes } = encoded;
    return {
      sizeBytes: bytes.length,
      read: (start, end) => bytes.subarray(start, end),
      close: () => undefined,
    };
  }
  const descriptor = openSync(encoded.path, 'r');
  return {
    ...fileSource(descriptor),
    close: () => {
      closeSync(descriptor);
    },
  };
}
