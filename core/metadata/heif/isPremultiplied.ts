import type { ByteSource } from '../byteSource.ts';
import { readBoxes } from './boxes.ts';
import { readMetaBox } from './metaBox.ts';

/** Whether the colours of an AVIF's or HEIF's main image are multiplied by its alpha (ISO/IEC 23008-12, 6.5.8, "prem"). */
export function isPremultiplied(source: ByteSource): boolean {
  const meta = readMetaBox(source, readBoxes(source, 0, source.sizeBytes));
  return (
    meta?.references.some(({ type, fromItemId }) => type === 'prem' && fromItemId === meta.primaryItemId) ??
    false
  );
}
