import type { InputFormat } from './formats.ts';

/** How many bytes from the start of a file tell its format. */
export const SNIFF_BYTES = 64;

export type SniffedFormat =
  | { readonly kind: 'picture'; readonly format: InputFormat }
  /** An image that the program does not read, by the name people know its format. */
  | { readonly kind: 'unsupported'; readonly name: string }
  | { readonly kind: 'unknown' };

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

/** ISO base media files say in `ftyp` what they hold (ISO 14496-12; AVIF and HEIF brands: ISO 23000-22, 23008-12). */
function sniffBaseMedia(bytes: Uint8Array): SniffedFormat {
  const brands = ascii(bytes, 8, SNIFF_BYTES);
  if (/avif|avis/.test(brands)) return { kind: 'picture', format: 'avif' };
  if (/heic|heix|hevc|heim|heis|mif1|msf1/.test(brands)) return { kind: 'picture', format: 'heic' };
  if (/crx /.test(brands)) return { kind: 'unsupported', name: 'Canon RAW' };
  return { kind: 'unknown' };
}

const SIGNATURES: readonly (readonly [string, SniffedFormat])[] = [
  ['\xff\xd8\xff', { kind: 'picture', format: 'jpeg' }],
  ['\x89PNG\r\n\x1a\n', { kind: 'picture', format: 'png' }],
  ['GIF8', { kind: 'picture', format: 'gif' }],
  ['II*\0', { kind: 'picture', format: 'tiff' }],
  ['MM\0*', { kind: 'picture', format: 'tiff' }],
  ['II+\0', { kind: 'picture', format: 'tiff' }],
  ['MM\0+', { kind: 'picture', format: 'tiff' }],
  ['BM', { kind: 'unsupported', name: 'BMP' }],
  ['8BPS', { kind: 'unsupported', name: 'Photoshop' }],
  ['\xff\x0a', { kind: 'unsupported', name: 'JPEG XL' }],
  ['\0\0\0\x0cJXL ', { kind: 'unsupported', name: 'JPEG XL' }],
  ['\0\0\0\x0cjP  ', { kind: 'unsupported', name: 'JPEG 2000' }],
  ['\0\0\x01\0', { kind: 'unsupported', name: 'icon' }],
];

/** Tells an image's format by its first bytes; the file's name is not asked, because it is so often wrong. */
export function sniffFormat(head: Uint8Array): SniffedFormat {
  const start = ascii(head, 0, 16);
  const known = SIGNATURES.find(([signature]) => start.startsWith(signature));
  if (known !== undefined) return known[1];
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WEBP') return { kind: 'picture', format: 'webp' };
  if (start.slice(4, 8) === 'ftyp') return sniffBaseMedia(head);
  if (/^\s*<(\?xml|svg|!DOCTYPE svg)/i.test(ascii(head, 0, SNIFF_BYTES)))
    return { kind: 'unsupported', name: 'SVG' };
  return { kind: 'unknown' };
}
