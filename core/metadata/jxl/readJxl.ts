import { brotliDecompressSync } from 'node:zlib';
import { latin1Text, readUint } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import { bareExif } from '../exif/bareExif.ts';
import { readBoxes } from '../heif/boxes.ts';
import { MAX_PART_BYTES } from '../imageMetadata.ts';
import type { MetadataDraft, Warn } from '../imageMetadata.ts';

/** Boxes of metadata in a JPEG XL file (ISO/IEC 18181-2, 9.4 to 9.6). */
export const JXL_BOX = { exif: 'Exif', xmp: 'xml ', compressed: 'brob' } as const;

interface MetadataBox {
  readonly type: string;
  readonly data: Uint8Array;
}

/** The box behind a compressed one: four letters of its type, then its data in Brotli. */
function inflated(data: Uint8Array, warn: Warn): MetadataBox[] {
  try {
    const content = brotliDecompressSync(data.subarray(4), { maxOutputLength: MAX_PART_BYTES });
    return [{ type: latin1Text(data.subarray(0, 4)), data: content }];
  } catch {
    warn('A compressed part of the metadata is damaged and was left out.');
    return [];
  }
}

/** Reads a JPEG XL file's metadata; a bare codestream has none. Its profile is part of the codestream. */
export function readJxl(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const boxes = readBoxes(bytesSource(bytes), 0, bytes.length)
    .map(({ type, dataStart, end }) => ({ type, data: bytes.subarray(dataStart, end) }))
    .flatMap((box) => (box.type === JXL_BOX.compressed ? inflated(box.data, warn) : [box]));
  const draft: MetadataDraft = {};
  const exif = boxes.find(({ type }) => type === JXL_BOX.exif)?.data;
  const xmp = boxes.find(({ type }) => type === JXL_BOX.xmp)?.data;
  if (exif !== undefined) {
    // The data start with the distance of the TIFF header from the end of that number.
    draft.exif = bareExif(exif.subarray(4 + readUint(exif, { offset: 0, sizeBytes: 4, order: 'big' })));
  }
  if (xmp !== undefined) draft.xmp = xmp;
  return draft;
}
