import { hasText, readUint } from '../byteFields.ts';
import type { MetadataDraft } from '../imageMetadata.ts';
import { densityPerMetre } from '../png/readPng.ts';

/** In a header of 40 bytes or more (Microsoft, BITMAPINFOHEADER). */
const HEADER_BYTES_AT = 14;
const MIN_HEADER_BYTES = 40;
const DENSITY_AT = 38;

/** Reads a BMP file's resolution; its only other metadata, a profile, is read by its decoder. */
export function readBmp(bytes: Uint8Array): MetadataDraft {
  const little = (offset: number): number => readUint(bytes, { offset, sizeBytes: 4, order: 'little' });
  if (!hasText(bytes, 'BM') || bytes.length < DENSITY_AT + 8 || little(HEADER_BYTES_AT) < MIN_HEADER_BYTES)
    return {};
  const density = densityPerMetre(little(DENSITY_AT), little(DENSITY_AT + 4));
  return density === undefined ? {} : { density };
}
