import sharp from 'sharp';
import type { Sharp } from 'sharp';
import { assembleSegments, bytesSource, embedMetadata } from '../../../core/metadata/embedMetadata.ts';
import type { OutputFormat } from '../../../core/metadata/embedMetadata.ts';
import type { ImageMetadata } from '../../../core/metadata/imageMetadata.ts';

/** One way in which the encoder stores an image. */
export interface EncodedSample {
  readonly name: string;
  readonly format: OutputFormat;
  readonly encode: (image: Sharp) => Sharp;
  readonly channels: 3 | 4;
}

/** Every kind of file that our encoder writes. */
export const ENCODED_SAMPLES: readonly EncodedSample[] = [
  { name: 'JPEG', format: 'jpeg', encode: (image) => image.jpeg(), channels: 3 },
  {
    name: 'progressive JPEG',
    format: 'jpeg',
    encode: (image) => image.jpeg({ progressive: true }),
    channels: 3,
  },
  { name: 'PNG', format: 'png', encode: (image) => image.png(), channels: 4 },
  { name: 'palette PNG', format: 'png', encode: (image) => image.png({ palette: true }), channels: 3 },
  { name: 'lossy WebP', format: 'webp', encode: (image) => image.webp(), channels: 3 },
  { name: 'lossy WebP with alpha', format: 'webp', encode: (image) => image.webp(), channels: 4 },
  {
    name: 'lossless WebP',
    format: 'webp',
    encode: (image) => image.webp({ lossless: true }),
    channels: 3,
  },
  {
    name: 'lossless WebP with alpha',
    format: 'webp',
    encode: (image) => image.webp({ lossless: true }),
    channels: 4,
  },
  {
    name: 'TIFF',
    format: 'tiff',
    encode: (image) => image.tiff({ compression: 'deflate' }),
    channels: 3,
  },
  {
    name: 'tiled TIFF',
    format: 'tiff',
    encode: (image) => image.tiff({ tile: true, tileWidth: 16, tileHeight: 16 }),
    channels: 4,
  },
  {
    name: 'BigTIFF',
    format: 'tiff',
    encode: (image) => image.tiff({ bigtiff: true, compression: 'lzw' }),
    channels: 3,
  },
  { name: 'AVIF', format: 'avif', encode: (image) => image.avif({ effort: 0 }), channels: 3 },
  { name: 'AVIF with alpha', format: 'avif', encode: (image) => image.avif({ effort: 0 }), channels: 4 },
];

/** Encoding AVIF takes most of the suite's time: each sample is encoded once. */
const ENCODED_FILES = new Map<string, Uint8Array>();

/** A small image with a gradient, which reveals shifted pixels, encoded without metadata. */
export async function encodeSample(
  sample: EncodedSample,
  size = { width: 37, height: 29 },
): Promise<Uint8Array> {
  const { width, height } = size;
  const { channels } = sample;
  const key = `${sample.name} ${width}x${height}`;
  const known = ENCODED_FILES.get(key);
  if (known !== undefined) {
    return known;
  }
  const samples = Uint8Array.from({ length: width * height * channels }, (_, index) => (index * 7) % 251);
  const image = sharp(samples, { raw: { width, height, channels } });
  const file = Uint8Array.from(await sample.encode(image).toBuffer());
  ENCODED_FILES.set(key, file);
  return file;
}

/** The encoded file with metadata spliced in, and what was warned of. */
export function embedInto(
  format: OutputFormat,
  encoded: Uint8Array,
  metadata: ImageMetadata,
): { file: Uint8Array; warnings: string[] } {
  const source = bytesSource(encoded);
  const { segments, warnings } = embedMetadata(format, source, metadata);
  return { file: assembleSegments(source, segments), warnings };
}

/** A file's pixels as they are stored: not turned upright, no profile applied. */
export async function storedPixels(file: Uint8Array): Promise<Buffer> {
  return sharp(file, { ignoreIcc: true, failOn: 'warning' }).raw().toBuffer();
}
