import { EnlargerError } from '../../../api/errors.ts';
import type { ByteSource } from '../../../metadata/byteSource.ts';
import { readTiffHeader } from '../../../metadata/exif/readIfd.ts';
import {
  assertDecodable,
  type DecodeLimits,
  type FormatDecoder,
  type InputBytes,
  type Preparation,
} from '../formatDecoder.ts';
import { pageMetadata } from '../../../metadata/tiff/pageMetadata.ts';
import { rasterFile } from '../../rasterFile.ts';
import { oddities, withCleanDirectory } from './cleanDirectory.ts';
import { readDirectories, TIFF_TAG, type TiffDirectory } from './tiffDirectory.ts';
import {
  assertCompression,
  assertNotSubsampled,
  EXTRA,
  JPEG,
  PHOTOMETRIC,
  readLayout,
  SAMPLE_FORMAT,
  type TiffLayout,
} from './tiffLayout.ts';
import { tiffColourNote } from './tiffColour.ts';
import { pagesOf } from './tiffPages.ts';
import { stackNote } from './tiffStack.ts';
import { toTiffImage } from './tiffRaster.ts';
import { areSamplesReadable, readSamples } from './tiffSamples.ts';
import { tiffExtras } from './tiffExtras.ts';
import { tiffHeader } from './tiffHeader.ts';

/** What libvips shows correctly: unsigned samples of the usual depths, with at most one channel of alpha. */
function isLibraryKind(directory: TiffDirectory, layout: TiffLayout): boolean {
  const { bits, sampleFormat, photometric, extras, isPlanar, compression } = layout;
  if (layout.hasInvertedInks) return false;
  if (photometric === PHOTOMETRIC.yCbCr && compression !== JPEG) return false;
  if (isPlanar && directory.number(TIFF_TAG.tileWidth, 0) > 0) return false;
  const isInteger = sampleFormat === SAMPLE_FORMAT.unsigned || sampleFormat === SAMPLE_FORMAT.undefined;
  const isLab = photometric === PHOTOMETRIC.cieLab || photometric === PHOTOMETRIC.iccLab;
  const isAlphaAtMost = extras.length === 0 || (extras.length === 1 && extras[0] !== EXTRA.unspecified);
  return isInteger && [1, 2, 4, 8, 16].includes(bits) && !isLab && isAlphaAtMost;
}

/** libtiff only reads one range for all inks; a range for each ink and half a range would fail. */
function hasUnusualDotRange({ numbers }: TiffDirectory): boolean {
  return ![undefined, 2].includes(numbers(TIFF_TAG.dotRange)?.length);
}

function profileBytes({ ifd, source }: TiffDirectory): Uint8Array | undefined {
  const entry = ifd.entries.find(({ tag }) => tag === TIFF_TAG.icc);
  return entry && source.read(entry.valueOffset, entry.valueOffset + entry.sizeBytes);
}

function ownDecoded(directory: TiffDirectory, layout: TiffLayout): Omit<Preparation, 'pages'> {
  if (!areSamplesReadable(layout)) {
    const message = `A TIFF with ${layout.samplesPerPixel} channels of ${layout.bits} bits is not supported with this compression; save it with LZW or Deflate.`;
    throw new EnlargerError('image/unsupported-pixels', message, { compression: layout.compression });
  }
  assertNotSubsampled(directory, layout);
  const { image, isCmyk, keepsProfile, warnings } = toTiffImage(
    readSamples(directory, layout),
    layout,
    directory,
  );
  const icc = keepsProfile ? profileBytes(directory) : undefined;
  const orientation = directory.number(TIFF_TAG.orientation, 1);
  return { bytes: rasterFile(image, { icc, isCmyk, orientation }), warnings };
}

function errorNote(errors: readonly string[]): string[] {
  return errors.length === 0
    ? []
    : [`The TIFF has errors outside its pixels (${errors.join('; ')}); they were ignored.`];
}

/** Pages after the first have separate metadata; the file's metadata are those of the first page. */
function metadataOf({ source, ifd }: TiffDirectory): Preparation['metadataFrom'] {
  const bytes = pageMetadata(source, ifd.offset);
  return bytes && { format: 'tiff', bytes };
}

/** Converts one page of a TIFF to what libvips decodes; undefined if libvips reads it directly. */
function prepareTiff(file: InputBytes, limits: DecodeLimits, page: number): Preparation | undefined {
  const { directories, isChainSound } = readDirectories(file.source);
  const pages = pagesOf(directories);
  const directory = pages[page];
  if (directory === undefined) return undefined; // libvips reports what is wrong
  const layout = readLayout(directory);
  assertDecodable(layout, limits);
  assertCompression(layout);
  const errors = oddities(directory);
  if (!isChainSound) errors.push('a chain of pages that ends in the wrong place');
  const warnings = [
    ...errorNote(errors),
    ...tiffExtras(directory, directories),
    ...tiffColourNote(directory),
  ];
  if (page === 0) warnings.push(...stackNote(pages));
  const metadataFrom = page > 0 ? metadataOf(directory) : undefined;
  if (!isLibraryKind(directory, layout)) {
    const own = ownDecoded(directory, layout);
    return { ...own, metadataFrom, pages: pages.length, warnings: [...warnings, ...own.warnings] };
  }
  if (errors.length === 0 && directory === directories[0] && !hasUnusualDotRange(directory))
    return { pages: pages.length, metadataFrom, warnings };
  return { bytes: withCleanDirectory(file.whole(), directory), metadataFrom, pages: pages.length, warnings };
}

export const tiffFormat: FormatDecoder = {
  format: 'tiff',
  matches: (source: ByteSource) => readTiffHeader(source) !== undefined,
  header: tiffHeader,
  prepare: (file, limits, page = 0) => Promise.resolve(prepareTiff(file, limits, page)),
};
