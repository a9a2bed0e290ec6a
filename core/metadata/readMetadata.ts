import { copyBytes } from './byteFields.ts';
import { isReadableExif } from './exif/patchExif.ts';
import { densityOfExif } from './exif/exifDensity.ts';
import { readGif } from './gif/readGif.ts';
import { readHeif } from './heif/readHeif.ts';
import { readJpeg } from './jpeg/readJpeg.ts';
import { isPlaceholderDensity, MAX_PART_BYTES } from './imageMetadata.ts';
import type { MetadataDraft, MetadataWarning, ImageMetadata, Warn } from './imageMetadata.ts';
import { readPng } from './png/readPng.ts';
import { readTiff } from './tiff/readTiff.ts';
import { readWebp } from './webp/readWebp.ts';

/** The file formats whose metadata can be read. */
export type ContainerFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif' | 'heic' | 'gif';

const READERS: Readonly<Record<ContainerFormat, (bytes: Uint8Array, warn: Warn) => MetadataDraft>> = {
  jpeg: readJpeg,
  png: readPng,
  webp: readWebp,
  tiff: readTiff,
  avif: readHeif,
  heic: readHeif,
  gif: readGif,
};

/**
 * Reads an image's metadata out of its file.
 *
 * Never throws, whatever the bytes: a damaged part is left out with a warning.
 *
 * @param bytes The whole file.
 * @returns Metadata that shares no memory with `bytes`, so that the file's bytes can be let go.
 */
export function readMetadata(
  format: ContainerFormat,
  bytes: Uint8Array,
): { metadata: ImageMetadata; warnings: MetadataWarning[] } {
  const warnings = new Set<MetadataWarning>();
  const warn: Warn = (warning) => warnings.add(warning);
  const draft = READERS[format](bytes, warn);
  const { exif, density } = draft;
  if (exif !== undefined && !isReadableExif(exif)) {
    warn('The EXIF is damaged and was left out.');
    delete draft.exif;
  }
  if (density !== undefined && (isPlaceholderDensity(density) || densityOfExif(draft.exif) !== undefined)) {
    delete draft.density;
  }
  return { metadata: copyParts(draft, warn), warnings: [...warnings] };
}

function copyParts(draft: MetadataDraft, warn: Warn): ImageMetadata {
  const copy: MetadataDraft = {};
  for (const part of ['exif', 'xmp', 'iptc', 'icc'] as const) {
    const bytes = draft[part];
    if (bytes !== undefined && bytes.length > MAX_PART_BYTES) {
      warn(`The ${part.toUpperCase()} is far too long (${bytes.length} bytes) and was left out.`);
    } else if (bytes !== undefined && bytes.length > 0) {
      copy[part] = copyBytes(bytes);
    }
  }
  if (draft.density !== undefined) copy.density = draft.density;
  if (draft.pngText !== undefined) copy.pngText = draft.pngText.map((text) => copyBytes(text));
  return copy;
}
