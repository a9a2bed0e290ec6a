import { IMAGE_FORMATS } from '../api/imageFormats.ts';
import type { OutputFormat } from '../api/outputFormats.ts';
import { wholeSource } from './byteSource.ts';
import type { ByteSource, Segment } from './byteSource.ts';
import { embedGif } from './gif/embedGif.ts';
import { embedHeif } from './heif/embedHeif.ts';
import { embedJpeg } from './jpeg/embedJpeg.ts';
import { embedJxl } from './jxl/embedJxl.ts';
import type { MetadataWarning, ImageMetadata, Warn } from './imageMetadata.ts';
import { embedPng } from './png/embedPng.ts';
import { embedTiff } from './tiff/embedTiff.ts';
import { embedWebp } from './webp/embedWebp.ts';

export { assembleSegments, bytesSource } from './byteSource.ts';
export type { ByteSource } from './byteSource.ts';
export type { OutputFormat } from '../api/outputFormats.ts';

type Embedder = (encoded: ByteSource, metadata: ImageMetadata, warn: Warn) => Segment[] | undefined;

const EMBEDDERS: Readonly<Record<OutputFormat, Embedder>> = {
  jpeg: embedJpeg,
  png: embedPng,
  webp: embedWebp,
  tiff: embedTiff,
  avif: embedHeif,
  jxl: embedJxl,
  gif: embedGif,
};

/** Names of the parts, for warnings that a format has no place for them. */
const PART_NAMES = {
  exif: 'EXIF',
  icc: 'colour profiles',
  density: 'a resolution',
  iptc: 'IPTC',
  pngText: 'the texts of a PNG',
  comments: 'comments',
  photoshop: 'clipping paths and copyright flags',
  aspect: 'the shape of pixels that are not square',
} as const;

type HomelessPart = keyof typeof PART_NAMES;

const NO_PLACE: Readonly<Record<OutputFormat, readonly HomelessPart[]>> = {
  jpeg: ['pngText'],
  png: [],
  webp: ['iptc', 'pngText', 'comments', 'photoshop', 'aspect'],
  tiff: ['pngText', 'comments'],
  avif: ['iptc', 'pngText', 'comments', 'photoshop', 'aspect'],
  jxl: ['iptc', 'pngText', 'comments', 'photoshop', 'aspect'],
  gif: ['exif', 'icc', 'density', 'iptc', 'pngText', 'photoshop'],
};

function hasPart(metadata: ImageMetadata, part: HomelessPart): boolean {
  const value = metadata[part];
  return Array.isArray(value) ? value.length > 0 : value !== undefined;
}

/**
 * Plans how to splice metadata into an encoded file without touching its pixels. Without any metadata the file stays as
 * it is, except for the resolution that the PNG encoder invents.
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
  // A PNG is processed nevertheless: our encoder writes a made-up resolution that must not stay.
  if (!hasAnything && format !== 'png') {
    return { segments: wholeSource(encoded), warnings };
  }
  const { name } = IMAGE_FORMATS[format];
  for (const part of NO_PLACE[format].filter((one) => hasPart(metadata, one))) {
    warnings.push(
      `${name} files have no place for ${PART_NAMES[part]}; ${part === 'iptc' || part === 'aspect' ? 'it was' : 'they were'} left out.`,
    );
  }
  const segments = EMBEDDERS[format](encoded, metadata, (warning) => warnings.push(warning));
  if (segments === undefined && hasAnything) {
    warnings.push(`The metadata could not be put into the ${name} file; it was left out.`);
  }
  return { segments: segments ?? wholeSource(encoded), warnings };
}
