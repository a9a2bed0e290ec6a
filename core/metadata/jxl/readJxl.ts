import { brotliDecompressSync } from 'node:zlib';
import { latin1Text, readUint } from '../byteFields.ts';
import { bytesSource } from '../byteSource.ts';
import { bareExif } from '../exif/bareExif.ts';
import { readBoxes } from '../heif/boxes.ts';
import { MAX_PART_BYTES } from '../imageMetadata.ts';
import type { MetadataDraft, Warn } from '../imageMetadata.ts';

/** Boxes of metadata in a JPEG XL file (ISO/IEC 18181-2, 9.4 to 9.6). */
export const JXL_BOX = { exif: 'Exif', xmp: 'xml ', compressed: 'brob' } as const;

/** A valid file has one box of each kind; a hostile one may have thousands that inflate to much more. */
const MAX_INFLATED_BOXES = 32;

/** Four letters of the type of the box, then its data in Brotli; undefined after a warning if they are damaged. */
function inflated(data: Uint8Array, warn: Warn): Uint8Array | undefined {
  try {
    return brotliDecompressSync(data.subarray(4), { maxOutputLength: MAX_PART_BYTES });
  } catch {
    warn('A compressed part of the metadata is damaged and was left out.');
    return undefined;
  }
}

/** The data of the first sound boxes with EXIF and XMP, inflated where they are compressed. */
function metadataBoxes(bytes: Uint8Array, warn: Warn): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  let inflationsLeft = MAX_INFLATED_BOXES;
  for (const box of readBoxes(bytesSource(bytes), 0, bytes.length)) {
    const data = bytes.subarray(box.dataStart, box.end);
    const isCompressed = box.type === JXL_BOX.compressed;
    const type = isCompressed ? latin1Text(data.subarray(0, 4)) : box.type;
    if ((type !== JXL_BOX.exif && type !== JXL_BOX.xmp) || found.has(type)) continue;
    if (isCompressed && inflationsLeft-- <= 0) continue;
    const content = isCompressed ? inflated(data, warn) : data;
    if (content !== undefined) found.set(type, content);
  }
  return found;
}

/** Reads a JPEG XL file's metadata; a bare codestream has none. Its profile is part of the codestream. */
export function readJxl(bytes: Uint8Array, warn: Warn): MetadataDraft {
  const boxes = metadataBoxes(bytes, warn);
  const draft: MetadataDraft = {};
  const exif = boxes.get(JXL_BOX.exif);
  const xmp = boxes.get(JXL_BOX.xmp);
  if (exif !== undefined) {
    // The data start with the distance of the TIFF header from the end of that number.
    draft.exif = bareExif(exif.subarray(4 + readUint(exif, { offset: 0, sizeBytes: 4, order: 'big' })));
  }
  if (xmp !== undefined) draft.xmp = xmp;
  return draft;
}
