/**
 * @file What an image's file contains apart from its pixels. The room in the order of an image's life: `readMetadata.ts` reads it from
 * the input, with a folder for each container; `prepareMetadata.ts` makes it true of the enlarged image, with `exif` and `xmp`;
 * `embedMetadata.ts` splices it into the result without touching its pixels. `imageMetadata.ts` is the data structure,
 * `byteFields.ts` and `byteSource.ts` read and write bytes. Its tests compare the results with exiftool, where that is installed.
 */
import type { InputFormat } from '../api/imageFormats.ts';
import { readBmp } from './bmp/readBmp.ts';
import { copyBytes } from './byteFields.ts';
import { isReadableExif } from './exif/patchExif.ts';
import { densityOfExif } from './exif/exifDensity.ts';
import { exifOrientation, turnedPair } from './exif/exifOrientation.ts';
import { readGif } from './gif/readGif.ts';
import { readHeif } from './heif/readHeif.ts';
import { readJpeg } from './jpeg/readJpeg.ts';
import { readJxl } from './jxl/readJxl.ts';
import { isPlaceholderDensity, MAX_PART_BYTES } from './imageMetadata.ts';
import type { MetadataDraft, MetadataWarning, ImageMetadata, PixelAspect, Warn } from './imageMetadata.ts';
import { readPng } from './png/readPng.ts';
import { readRaw } from './raw/readRaw.ts';
import { readTiff } from './tiff/readTiff.ts';
import { readWebp } from './webp/readWebp.ts';

/** The formats whose files can contain metadata that are kept. A format without a reader has none. */
const READERS: Readonly<Partial<Record<InputFormat, (bytes: Uint8Array, warn: Warn) => MetadataDraft>>> = {
  jpeg: readJpeg,
  png: readPng,
  webp: readWebp,
  tiff: readTiff,
  avif: readHeif,
  heic: readHeif,
  gif: readGif,
  jxl: readJxl,
  raw: readRaw,
  bmp: readBmp,
};

/** Formats that do not store the orientation in EXIF. */
const TURNED_ELSEWHERE: readonly InputFormat[] = ['avif', 'heic', 'jxl'];

/** What counts across and down describes the upright image from here on. */
function turnShapes(draft: MetadataDraft, format: InputFormat): void {
  if (draft.exif === undefined || TURNED_ELSEWHERE.includes(format)) return;
  const orientation = exifOrientation(draft.exif);
  if (draft.density !== undefined) draft.density = turnedPair(draft.density, orientation);
  if (draft.aspect !== undefined) draft.aspect = turnedPair(draft.aspect, orientation);
}

/**
 * Reads an image's metadata out of its file.
 *
 * Never throws, whatever the bytes are: a damaged part is left out with a warning.
 *
 * @param bytes The whole file.
 * @returns Metadata that shares no memory with `bytes`, so that the file's bytes can be released.
 */
export function readMetadata(
  format: InputFormat,
  bytes: Uint8Array,
): { metadata: ImageMetadata; warnings: MetadataWarning[] } {
  const warnings = new Set<MetadataWarning>();
  const warn: Warn = (warning) => warnings.add(warning);
  const draft = READERS[format]?.(bytes, warn) ?? {};
  const { exif, density } = draft;
  if (exif !== undefined && !isReadableExif(exif)) {
    warn('The EXIF is damaged and was left out.');
    delete draft.exif;
  }
  if (density !== undefined && (isPlaceholderDensity(density) || densityOfExif(draft.exif) !== undefined)) {
    delete draft.density;
  }
  turnShapes(draft, format);
  return { metadata: copyParts(draft, warn), warnings: [...warnings] };
}

/** JFIF has 16 bits for each number. */
function isWritable({ x, y }: PixelAspect): boolean {
  return x <= 0xffff && y <= 0xffff;
}

function copyParts(draft: MetadataDraft, warn: Warn): ImageMetadata {
  const copy: MetadataDraft = {};
  for (const part of ['exif', 'xmp', 'iptc', 'icc', 'photoshop'] as const) {
    const bytes = draft[part];
    if (bytes !== undefined && bytes.length > MAX_PART_BYTES) {
      warn(`The ${part.toUpperCase()} is far too long (${bytes.length} bytes) and was left out.`);
    } else if (bytes !== undefined && bytes.length > 0) {
      copy[part] = copyBytes(bytes);
    }
  }
  if (draft.density !== undefined) copy.density = draft.density;
  else if (draft.aspect !== undefined && isWritable(draft.aspect)) copy.aspect = draft.aspect;
  if (draft.comments !== undefined) {
    copy.comments = draft.comments
      .filter(({ length }) => length <= MAX_PART_BYTES)
      .map((one) => copyBytes(one));
  }
  if (draft.pngText !== undefined) copy.pngText = draft.pngText.map((text) => copyBytes(text));
  return copy;
}
