import { bytesSource } from '../byteSource.ts';
import { bareExif } from '../exif/bareExif.ts';
import { acceptIccProfile } from '../iccProfile.ts';
import type { MetadataDraft, Warn } from '../imageMetadata.ts';
import { readWebpChunks } from './riffChunks.ts';

/** Reads a WebP file's metadata (RFC 9649, 2.7.1.4 and 2.7.1.5). */
export function readWebp(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const chunks = readWebpChunks(bytesSource(bytes));
  if (chunks === undefined) {
    warn('The file does not start like a WebP; no metadata was read.');
    return {};
  }
  const dataOf = (type: string): Uint8Array | undefined => {
    const chunk = chunks.find((one) => one.type === type);
    return chunk && bytes.subarray(chunk.dataStart, chunk.dataEnd);
  };
  const draft: MetadataDraft = {};
  const exif = dataOf('EXIF');
  const xmp = dataOf('XMP ');
  const profile = dataOf('ICCP');
  const icc = profile && acceptIccProfile(profile, warn);
  if (exif !== undefined) draft.exif = bareExif(exif);
  if (xmp !== undefined) draft.xmp = xmp;
  if (icc !== undefined) draft.icc = icc;
  return draft;
}
