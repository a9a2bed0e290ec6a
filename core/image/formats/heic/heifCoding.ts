import { EnlargerError } from '../../../api/errors.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { readBoxes } from '../../../metadata/heif/boxes.ts';
import { readMetaBox, type MetaBox } from '../../../metadata/heif/metaBox.ts';

/** The types of items that are coded images (ISO/IEC 23008-12, annexes; ISO/IEC 23001-17 for the last). */
const CODING_NAMES: Readonly<Record<string, string>> = {
  hvc1: 'HEVC',
  av01: 'AV1',
  avc1: 'AVC (H.264)',
  evc1: 'EVC',
  vvc1: 'VVC (H.266)',
  lhv1: 'layered HEVC',
  jpeg: 'JPEG',
  j2k1: 'JPEG 2000',
  jxl1: 'JPEG XL',
  unci: 'uncompressed samples',
};

/** Images that are put together from others, and refer to them. */
const DERIVED = ['grid', 'iovl', 'iden', 'tmap'];
const MAX_DEPTH = 4;

function codingOf(meta: MetaBox, itemId: number, depth = 0): string | undefined {
  const type = meta.items.find((item) => item.itemId === itemId)?.type;
  if (type === undefined || !DERIVED.includes(type)) return type;
  const parts = meta.references.find((one) => one.type === 'dimg' && one.fromItemId === itemId);
  const [first] = parts?.toItemIds ?? [];
  return first === undefined || depth === MAX_DEPTH ? undefined : codingOf(meta, first, depth + 1);
}

/**
 * How the pixels of a HEIF's primary image are coded, by the type of their items; undefined if that cannot be determined.
 */
export function heifCoding(source: ByteSource): string | undefined {
  const meta = readMetaBox(source, readBoxes(source, 0, source.sizeBytes));
  return meta && codingOf(meta, meta.primaryItemId);
}

/** Whether the primary image is computed from a base image and a gain map (ISO 21496-1), which the decoders do not do. */
function isToneMapped(source: ByteSource): boolean {
  const meta = readMetaBox(source, readBoxes(source, 0, source.sizeBytes));
  return meta?.items.find(({ itemId }) => itemId === meta.primaryItemId)?.type === 'tmap';
}

/** @throws EnlargerError `image/unsupported-format` with the name of the coding, if it is known and is not the wanted one. */
export function assertCoding(source: ByteSource, wanted: 'hvc1' | 'av01'): void {
  if (isToneMapped(source)) {
    const message =
      'The main image of this HEIF file is an HDR version made with a gain map, which is not supported. Convert it to JPEG or PNG first.';
    throw new EnlargerError('image/unsupported-format', message, { coding: 'tmap' });
  }
  const coding = heifCoding(source);
  if (coding === undefined || coding === wanted) return;
  const name = CODING_NAMES[coding] ?? `an unknown method (“${coding}”)`;
  const message = `This HEIF file is coded with ${name}, which is not supported. Convert it to JPEG or PNG first.`;
  throw new EnlargerError('image/unsupported-format', message, { coding });
}
