import { hasText } from '../byteFields.ts';

const JPEG_SIGNATURE_OF_EXIF = 'Exif\0\0';

/** EXIF without the signature that belongs to JPEG segments and that some programs copy along. */
export function bareExif(exif: Uint8Array): Uint8Array {
  return hasText(exif, JPEG_SIGNATURE_OF_EXIF) ? exif.subarray(JPEG_SIGNATURE_OF_EXIF.length) : exif;
}

/** Whether bytes start like an EXIF structure. */
export function hasExifHeader(bytes: Uint8Array): boolean {
  return hasText(bytes, 'II*\0') || hasText(bytes, 'MM\0*');
}
