/**
 * @file From a file to pixels. The room in the order of an image's life: `readInput.ts` reads the file and `sniffFormat.ts`
 * recognises its format; its decoder in `formats` and `prepareImage.ts` make it something that libvips reads, in the colours
 * that it describes (`colour`); `decode.ts` inspects and decodes it; `rowStore.ts` holds the result while it is computed;
 * `encode.ts` encodes it and `writeOutput.ts` writes it with its metadata. `animation` does the same for frames, `codecs` runs
 * WebAssembly in a thread, `viewImage.ts` and `smallImages.ts` make what people look at.
 */
import type { Metadata } from 'sharp';
import type { Rect, Size } from '../api/image.ts';
import type { InputFormat } from '../api/imageFormats.ts';
import { acceptIccProfile } from '../metadata/iccProfile.ts';
import { assertDecodable, type Preparation } from './formats/formatDecoder.ts';
import {
  assertSamples,
  decodeError,
  openStrictly,
  readPixels,
  storedBitsOf,
  type DecodedRaster,
} from './libvips.ts';
import { prepareImage, wholeFile } from './prepareImage.ts';

/** `keep`: pixel values and colour profile as they are; `srgb`: converted to sRGB by the embedded profile. */
export type ColourPolicy = 'keep' | 'srgb';

export interface DecodeOptions {
  readonly colour: ColourPolicy;
  /** Images with more pixels are refused before a pixel is decoded. */
  readonly maxPixels: number;
  /** Which page, from 0. */
  readonly page?: number;
}

/** What is known about an image before its pixels are decoded. */
export interface ImageFacts {
  /** Upright (orientation applied). */
  readonly size: Size;
  readonly channels: number;
  readonly bitDepth: 8 | 16;
  /** Whether the file has a profile, either kept or applied. */
  readonly hasProfile: boolean;
  /** The depth that the file really has, when that is between 8 and 16 bits. */
  readonly storedBits: number | undefined;
  /** Whether pixel values are kept, so that `icc` describes them; otherwise they become sRGB. */
  readonly profileApplies: boolean;
  /** The profile that describes the pixels as they will be decoded; undefined for sRGB. */
  readonly icc: Uint8Array | undefined;
  /** Whether the colours are brought to sRGB from something else. */
  readonly isConverted: boolean;
  /** WebP only: whether the file was compressed without loss. */
  readonly lossless: boolean;
  /** How many pages or frames the file has. */
  readonly pages: number;
  /** What libvips decodes. */
  readonly decodable: Buffer;
  /** The file whose metadata are the image's. */
  readonly metadataFrom: NonNullable<Preparation['metadataFrom']>;
  /** Sentences for the user on what could not be kept. */
  readonly warnings: readonly string[];
}

/** Colour models whose values we enlarge as they are; all others are converted to sRGB first. */
const KEPT_SPACES: readonly string[] = ['srgb', 'rgb16', 'rgb', 'b-w', 'grey16'];

function colourWarning({ space }: Metadata): string[] {
  return KEPT_SPACES.includes(space)
    ? []
    : [`The colours were converted from ${space.toUpperCase()} to sRGB.`];
}

/**
 * Reads an image's header, and its pixels for the formats that libvips does not decode.
 *
 * @throws EnlargerError `image/…`, also for images over the limit.
 */
export async function inspectImage(
  bytes: Buffer,
  format: InputFormat,
  options: DecodeOptions,
): Promise<ImageFacts> {
  try {
    const prepared = await prepareImage(wholeFile(bytes), format, options, options.page);
    const decodable = prepared.bytes ?? bytes;
    const metadata = await openStrictly(decodable, options.maxPixels).metadata();
    assertDecodable(metadata, options);
    assertSamples(metadata);
    const profileApplies = KEPT_SPACES.includes(metadata.space) && options.colour === 'keep';
    const pages = prepared.pages ?? metadata.pages ?? 1;
    const isKept = profileApplies && !prepared.isConverted;
    return {
      size: { width: metadata.autoOrient.width, height: metadata.autoOrient.height },
      channels: metadata.channels,
      bitDepth: metadata.depth === 'ushort' ? 16 : 8,
      storedBits: storedBitsOf(metadata),
      hasProfile: metadata.icc !== undefined,
      profileApplies,
      icc: profileApplies && metadata.icc ? acceptIccProfile(metadata.icc, () => undefined) : undefined,
      isConverted: !isKept && (prepared.isConverted || metadata.icc !== undefined),
      lossless: format === 'webp' && bytes.includes('VP8L'),
      pages,
      decodable,
      metadataFrom: prepared.metadataFrom ?? { format, bytes },
      warnings: [...prepared.warnings, ...colourWarning(metadata)],
    };
  } catch (error) {
    throw decodeError(error, options, bytes);
  }
}

/**
 * Decodes an image's first frame, upright, in 8 or 16 bits. Grey stays grey; CMYK and other models that no screen shows
 * become sRGB by their profile.
 *
 * @param region Part of the upright image to decode; rows below it are not even read.
 * @throws EnlargerError `image/…`.
 */
export async function decodeImage(
  facts: ImageFacts,
  options: DecodeOptions,
  region?: Rect,
): Promise<DecodedRaster> {
  const { size, channels, bitDepth, profileApplies } = facts;
  const isWhole = region === undefined || (region.width === size.width && region.height === size.height);
  try {
    return await readPixels(facts.decodable, {
      maxPixels: options.maxPixels,
      channels,
      bitDepth,
      storedBits: facts.storedBits,
      hasProfile: facts.hasProfile,
      ignoreIcc: profileApplies,
      region: isWhole ? undefined : region,
    });
  } catch (error) {
    throw decodeError(error, options, facts.decodable);
  }
}
