/** A sentence for people about metadata that was changed, dropped or could not be stored. */
export type MetadataWarning = string;

/** Receives one warning; passed to readers and writers, so that a damaged part never stops the others. */
export type Warn = (warning: MetadataWarning) => void;

/** Pixels per inch or per centimetre; both numbers are finite and above 0. */
export interface Density {
  readonly x: number;
  readonly y: number;
  readonly unit: 'inch' | 'cm';
}

/** Relative densities, as JFIF, PNG and TIFF give them when they have no unit: pixels are x : y times as high as wide. */
export interface PixelAspect {
  readonly x: number;
  readonly y: number;
}

/**
 * Whether a density is the 10 pixels per centimetre that libvips, and many web services that use it, write for images
 * that have none. Taken literally, it would make a photograph metres wide in print.
 */
export function isPlaceholderDensity({ x, y, unit }: Density): boolean {
  const perCm = unit === 'cm' ? 1 : 1 / 2.54;
  return Math.abs(x * perCm - 10) < 0.01 && Math.abs(y * perCm - 10) < 0.01;
}

/**
 * What an image's file contains about the image, apart from its pixels. Each part is kept as bytes, never as parsed
 * values, because only bytes that were never re-serialised keep maker notes and unknown tags readable.
 */
export interface ImageMetadata {
  /** A TIFF structure as in Exif 3.0 (CIPA DC-008): it starts with "II*\0" or "MM\0*", without "Exif\0\0". */
  readonly exif?: Uint8Array;
  /** The XMP packet (Adobe XMP part 1), normally UTF-8. */
  readonly xmp?: Uint8Array;
  /** IPTC-IIM records, without Photoshop's resource wrapper. */
  readonly iptc?: Uint8Array;
  /** A whole ICC profile (ISO 15076-1). */
  readonly icc?: Uint8Array | undefined;
  /** The resolution, if it is not in EXIF. */
  readonly density?: Density;
  /** The pixel aspect as two counts: this many pixels in a row are as long as that many in a column. Only for pixels that are not square in a file without a resolution. */
  readonly aspect?: PixelAspect;
  /** JPEG's and GIF's comments: text in any encoding. */
  readonly comments?: readonly Uint8Array[];
  /** Photoshop's image resources that matter to people: clipping paths, the copyright flag and its address. */
  readonly photoshop?: Uint8Array;
  /** PNG's tEXt, zTXt and iTXt chunks other than XMP and raw profiles: four bytes of type, then the chunk's data. */
  readonly pngText?: readonly Uint8Array[];
}

/** `ImageMetadata` while it is being put together. */
export type MetadataDraft = { -readonly [Part in keyof ImageMetadata]: ImageMetadata[Part] };

/** Longest part that is put together or inflated; a longer one is an attack or a mistake, and is dropped. */
export const MAX_PART_BYTES = 16 * 1024 * 1024;
