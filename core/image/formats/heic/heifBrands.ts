import type { ByteSource } from '../../../metadata/byteSource.ts';
import { readUint } from '../../../metadata/byteFields.ts';
import { headText } from '../formatDecoder.ts';

/** Brands of AVIF (AV1 Image File Format, 6), and of image files with any coding (ISO/IEC 23008-12, 10 and annexes). */
const AVIF_BRANDS = ['avif', 'avis'];
const HEIF_BRANDS = [
  ...['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs', 'mif1', 'mif2', 'mif3', 'msf1', 'miaf'],
  ...['avci', 'avcs', 'evbi', 'evbs', 'vvic', 'vvis', 'j2ki', 'j2is', 'jpeg', 'jpgs', 'unif'],
];
const MAX_BRANDS = 64;

/** The brands in a file's first box; empty if it is not an ISO base media file. */
function brandsOf(source: ByteSource): string[] {
  if (headText(source, 4, 8) !== 'ftyp') return [];
  const sizeBytes = readUint(source.read(0, 4), { offset: 0, sizeBytes: 4, order: 'big' });
  const end = Math.min(sizeBytes, 16 + MAX_BRANDS * 4);
  const text = headText(source, 8, Math.max(12, end));
  // Between the main brand and the compatible ones is a version.
  return (text.match(/[^]{4}/g) ?? []).filter((_, index) => index !== 1);
}

export function hasAvifBrand(source: ByteSource): boolean {
  return brandsOf(source).some((brand) => AVIF_BRANDS.includes(brand));
}

/** Also true of an AVIF. */
export function hasHeifBrand(source: ByteSource): boolean {
  return brandsOf(source).some((brand) => AVIF_BRANDS.includes(brand) || HEIF_BRANDS.includes(brand));
}
