import { EnlargerError } from '../api/errors.ts';
import type { InputFormat } from '../api/imageFormats.ts';
import { bytesSource } from '../metadata/byteSource.ts';
import { assembleSegments, embedMetadata } from '../metadata/embedMetadata.ts';
import { describeCodePoints, type DescribedColour } from './colour/codePoints.ts';
import { inksToRgb } from './colour/inksToRgb.ts';
import { isSrgb } from './colour/colourSpace.ts';
import { makeProfile } from './colour/makeProfile.ts';
import { profileCodePoints } from './colour/profileCodePoints.ts';
import { toneMap } from './colour/toneMap.ts';
import type { DecodeLimits, InputBytes, Preparation } from './formats/formatDecoder.ts';
import { decoderOf } from './formats/registry.ts';
import { openStrictly, readInks } from './libvips.ts';
import { profileSpace } from './profileFits.ts';
import { rasterFile } from './rasterFile.ts';
import { readAsStored } from './readAsStored.ts';

/** An image that libvips decodes correctly: the right pixels, with a profile that describes them. */
export interface PreparedImage extends Omit<Preparation, 'colour'> {
  /** Whether the colours were brought to sRGB on the way. */
  readonly isConverted: boolean;
}

type Standard = Extract<DescribedColour, { kind: 'standard' }>;
type Hdr = Extract<DescribedColour, { kind: 'hdr' }>;

/** Our own decoders hand on TIFFs; others their own kind of file, of which two describe colour without a profile. */
function containerOf(format: InputFormat, isRaster: boolean): 'png' | 'avif' | 'tiff' {
  return !isRaster && (format === 'png' || format === 'avif') ? format : 'tiff';
}

/** The file with a profile for what it describes otherwise, so that every later step knows one kind of description. */
async function withProfile(
  bytes: Buffer,
  container: 'png' | 'avif' | 'tiff',
  { space }: Standard,
): Promise<Buffer> {
  const { channels } = await openStrictly(bytes, Infinity).metadata();
  const icc = makeProfile(space, channels <= 2 ? 'grey' : 'rgb');
  const source = bytesSource(bytes);
  return Buffer.from(assembleSegments(source, embedMetadata(container, source, { icc }).segments));
}

/** Profiles of high dynamic range give their transfer function as code points, too. */
async function hdrOfProfile(bytes: Buffer): Promise<Hdr | undefined> {
  const { icc } = await openStrictly(bytes, Infinity).metadata();
  const points = icc && profileCodePoints(icc);
  const colour = points && describeCodePoints(points);
  return colour?.kind === 'hdr' ? colour : undefined;
}

async function hasProfile(bytes: Buffer): Promise<boolean> {
  return (await openStrictly(bytes, Infinity).metadata()).icc !== undefined;
}

function kept(prepared: Preparation): PreparedImage {
  return { ...prepared, isConverted: false };
}

/** CMYK without a profile for inks as sRGB; undefined for all others. */
async function withoutInks(
  pixels: () => Buffer,
  format: InputFormat,
  prepared: Preparation,
  { maxPixels }: DecodeLimits,
): Promise<PreparedImage | undefined> {
  if (format !== 'jpeg' && format !== 'tiff') return undefined;
  const { space, icc, depth, channels } = await openStrictly(pixels(), Infinity).metadata();
  if (space !== 'cmyk' || channels < 4 || (icc && profileSpace(icc) === 'CMYK')) return undefined;
  const inks = await readInks(pixels(), maxPixels, depth === 'ushort' ? 16 : 8);
  const note =
    'The colours were converted from CMYK to sRGB as browsers show them, as there is no profile for inks.';
  const bytes = rasterFile(inksToRgb(inks));
  return { ...prepared, bytes, warnings: [...prepared.warnings, note], isConverted: true };
}

const HDR_NAMES = { pq: 'PQ', hlg: 'HLG' } as const;

async function inItsColours(
  file: InputBytes,
  format: InputFormat,
  prepared: Preparation,
  limits: DecodeLimits,
): Promise<PreparedImage> {
  const { bytes, warnings } = prepared;
  const pixels = (): Buffer => bytes ?? file.whole();
  const colour = prepared.colour ?? (mayBeHdr(format) ? await hdrOfProfile(pixels()) : undefined);
  if (colour === undefined) return (await withoutInks(pixels, format, prepared, limits)) ?? kept(prepared);
  if (colour.kind === 'unsupported') {
    const message = `The image's colours are described by ${colour.what}, which is not supported. Convert it to sRGB first.`;
    throw new EnlargerError('image/unsupported-pixels', message);
  }
  if (colour.kind === 'hdr') {
    const note = `This is an HDR image (${HDR_NAMES[colour.transfer]}): it was converted to the standard range, in sRGB.`;
    const raster = await readAsStored(pixels(), limits);
    return {
      ...prepared,
      bytes: rasterFile(toneMap(raster, colour.transfer, colour.primaries)),
      warnings: [...warnings, ...raster.warnings, note],
      isConverted: true,
    };
  }
  if (isSrgb(colour.space) && !(await hasProfile(pixels()))) return kept(prepared);
  const described = await withProfile(pixels(), containerOf(format, bytes !== undefined), colour);
  return { ...prepared, bytes: described, isConverted: false };
}

/** Formats in which HDR images with a profile occur in practice; the check requires reading the header. */
function mayBeHdr(format: InputFormat): boolean {
  return ['png', 'avif', 'heic', 'jxl', 'tiff'].includes(format);
}

/**
 * Prepares a file for libvips: decoded by our own code where libvips cannot, repaired where its errors do no harm, with a
 * profile where it describes its colours otherwise, and within the range of sRGB when it is HDR.
 *
 * @param page Which page, from 0; only formats with pages have others.
 * @throws EnlargerError `image/…`.
 */
export async function prepareImage(
  file: InputBytes,
  format: InputFormat,
  limits: DecodeLimits,
  page = 0,
): Promise<PreparedImage> {
  const prepared = await decoderOf(format).prepare?.(file, limits, page);
  return inItsColours(file, format, prepared ?? { warnings: [] }, limits);
}

/** A file that was read completely. */
export function wholeFile(bytes: Buffer): InputBytes {
  return { source: bytesSource(bytes), whole: () => bytes };
}
