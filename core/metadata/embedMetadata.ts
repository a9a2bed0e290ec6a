import { wholeSource } from './byteSource.ts';
import type { ByteSource, Segment } from './byteSource.ts';
import { embedHeif } from './heif/embedHeif.ts';
import { embedJpeg } from './jpeg/embedJpeg.ts';
import type { MetadataWarning, ImageMetadata, Warn } from './imageMetadata.ts';
import { embedPng } from './png/embedPng.ts';
import { embedTiff } from './tiff/embedTiff.ts';
import { embedWebp } from './webp/embedWebp.ts';

export { assembleSegments, bytesSource } from './byteSource.ts';
export type { ByteSource, Segment } from './byteSource.ts';

/** The file formats that metadata can be spliced into. */
export type OutputFormat = 'jpeg' | 'png' | 'webp' | 'tiff' | 'avif';

type Embedder = (encoded: ByteSource, metadata: ImageMetadata, warn: Warn) => Segment[] | undefined;

const EMBEDDERS: Readonly<Record<OutputFormat, Embedder>> = {
  jpeg: embedJpeg,
  png: embedPng,
  webp: embedWebp,
  tiff: embedTiff,
  avif: embedHeif,
};

const NO_PLACE: Readonly<Record<OutputFormat, readonly (keyof ImageMetadata)[]>> = {
  jpeg: ['pngText'],
  png: [],
  webp: ['iptc', 'pngText'],
  tiff: ['pngText'],
  avif: ['iptc', 'pngText'],
};

/**
 * Says how to splice metadata into an encoded file without touching its pixels. Without any metadata the file stays as
 * it is, but for a PNG's resolution that the encoder made up.
 *
 * @param encoded The file as the encoder wrote it; only its tables are read.
 * @returns The new file as pieces in order, to be streamed; the encoded file as it is, with a warning, when it is
 *   not built as expected.
 */
export function embedMetadata(
  format: OutputFormat,
  encoded: ByteSource,
  metadata: ImageMetadata,
): { segments: Segment[]; warnings: MetadataWarning[] } {
  const warnings: MetadataWarning[] = [];
  const hasAnything = Object.values(metadata).some((part) => part !== undefined);
  // A PNG is looked at even so: our encoder writes a resolution of its own that must not stay.
  if (!hasAnything && format !== 'png') {
    return { segments: wholeSource(encoded), warnings };
  }
  if (NO_PLACE[format].includes('iptc') && metadata.iptc !== undefined) {
    warnings.push(`${format.toUpperCase()} files have no place for IPTC; it was left out.`);
  }
  if (NO_PLACE[format].includes('pngText') && (metadata.pngText ?? []).length > 0) {
    warnings.push(`${format.toUpperCase()} files have no place for the texts of a PNG; they were left out.`);
  }
  const segments = EMBEDDERS[format](encoded, metadata, (warning) => warnings.push(warning));
  if (segments === undefined && hasAnything) {
    warnings.push(`The metadata could not be put into the ${format.toUpperCase()} file; it was left out.`);
  }
  return { segments: segments ?? wholeSource(encoded), warnings };
}
