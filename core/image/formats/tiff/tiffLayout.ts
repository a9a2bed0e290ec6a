import { EnlargerError } from '../../../api/errors.ts';
import type { Size } from '../../../api/image.ts';
import { TIFF_TAG, type TiffDirectory } from './tiffDirectory.ts';

/** Photometric interpretations (TIFF 6.0 and its supplements). */
export const PHOTOMETRIC = {
  whiteIsZero: 0,
  blackIsZero: 1,
  rgb: 2,
  palette: 3,
  cmyk: 5,
  yCbCr: 6,
  cieLab: 8,
  iccLab: 9,
} as const;

/** Kinds of samples (TIFF 6.0, SampleFormat). */
export const SAMPLE_FORMAT = { unsigned: 1, signed: 2, float: 3, undefined: 4 } as const;

/** Kinds of samples that are not read: two numbers for each, as measurements have them. */
const COMPLEX_FORMATS = [5, 6];

/** What an extra channel is (TIFF 6.0, ExtraSamples). */
export const EXTRA = { unspecified: 0, premultiplied: 1, straight: 2 } as const;

/** The compression with which libtiff reads all kinds of YCbCr. */
export const JPEG = 7;

/** How a TIFF's pixels are stored. */
export interface TiffLayout extends Size {
  readonly bits: number;
  readonly sampleFormat: number;
  readonly photometric: number;
  readonly compression: number;
  readonly predictor: number;
  readonly samplesPerPixel: number;
  /** Channels of colour, without extra ones. */
  readonly colourChannels: number;
  /** What each channel after the colour is; those that the file does not describe are unspecified. */
  readonly extras: readonly number[];
  /** Whether channels are stored one after the other instead of pixel by pixel. */
  readonly isPlanar: boolean;
  /** Whether the highest value of an ink stands for none of it. */
  readonly hasInvertedInks: boolean;
}

const COLOUR_CHANNELS: Readonly<Record<number, number>> = {
  [PHOTOMETRIC.whiteIsZero]: 1,
  [PHOTOMETRIC.blackIsZero]: 1,
  [PHOTOMETRIC.rgb]: 3,
  [PHOTOMETRIC.palette]: 1,
  [PHOTOMETRIC.cmyk]: 4,
  [PHOTOMETRIC.yCbCr]: 3,
  [PHOTOMETRIC.cieLab]: 3,
  [PHOTOMETRIC.iccLab]: 3,
};

const PHOTOMETRIC_NAMES: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  10: 'ITU Lab colour',
  32803: 'raw data of a camera',
  32844: 'LogL brightness',
  32845: 'LogLuv colour',
  34892: 'raw data of a camera',
};

function unsupported(what: string, details: Readonly<Record<string, number>>): EnlargerError {
  const message = `The TIFF contains ${what}, which is not supported. Save it as RGB or grey with 8 or 16 bits first.`;
  return new EnlargerError('image/unsupported-pixels', message, details);
}

/**
 * Reads how a directory's pixels are stored.
 *
 * @throws EnlargerError `image/unsupported-pixels` for colour models and channels of different depth that no code reads.
 */
export function readLayout(directory: TiffDirectory): TiffLayout {
  const { number, numbers } = directory;
  const photometric = number(TIFF_TAG.photometric, guessedPhotometric(directory));
  const colourChannels = COLOUR_CHANNELS[photometric];
  if (colourChannels === undefined) {
    const what = PHOTOMETRIC_NAMES[photometric] ?? `an unknown colour model (photometric ${photometric})`;
    throw unsupported(what, { photometric });
  }
  if (photometric === PHOTOMETRIC.cmyk && number(TIFF_TAG.inkSet, 1) !== 1)
    throw unsupported('inks other than cyan, magenta, yellow and black', {
      inkSet: number(TIFF_TAG.inkSet, 1),
    });
  const sampleFormat = sampleFormatOf(directory, photometric);
  if (COMPLEX_FORMATS.includes(sampleFormat)) throw unsupported('complex numbers', { sampleFormat });
  // It is not defined which of them is black and which is white.
  if (sampleFormat === SAMPLE_FORMAT.signed) throw unsupported('signed numbers', { sampleFormat });
  const bits = numbers(TIFF_TAG.bitsPerSample) ?? [1];
  const samplesPerPixel = number(TIFF_TAG.samplesPerPixel, Math.max(bits.length, 1));
  const depth = bits[0] ?? 1;
  if (bits.some((one) => one !== depth))
    throw unsupported(`channels of different depth (${bits.join(', ')} bits)`, { samplesPerPixel });
  const declared = numbers(TIFF_TAG.extraSamples) ?? [];
  const extras = Array.from(
    { length: Math.max(0, samplesPerPixel - colourChannels) },
    (_, index) => declared[index] ?? EXTRA.unspecified,
  );
  if (samplesPerPixel < colourChannels)
    throw new EnlargerError(
      'image/corrupt',
      `The TIFF is damaged: ${samplesPerPixel} of ${colourChannels} channels.`,
    );
  return {
    width: number(TIFF_TAG.width, 0),
    height: number(TIFF_TAG.height, 0),
    bits: depth,
    sampleFormat,
    photometric,
    compression: number(TIFF_TAG.compression, 1),
    predictor: number(TIFF_TAG.predictor, 1),
    samplesPerPixel,
    colourChannels,
    extras,
    isPlanar: number(TIFF_TAG.planarConfiguration, 1) === 2 && samplesPerPixel > 1,
    hasInvertedInks: photometric === PHOTOMETRIC.cmyk && isInverted(numbers(TIFF_TAG.dotRange)),
  };
}

/** Pairs of the values for no ink and for full ink. Ranges that are merely narrower are ignored, as by other programs. */
function isInverted(range: readonly number[] | undefined): boolean {
  return range?.length !== undefined && range.length >= 2 && range[0]! > range[1]!;
}

/** Lab defines by itself which of its channels are signed; some programs declare all of them as signed. */
function sampleFormatOf({ number }: TiffDirectory, photometric: number): number {
  const declared = number(TIFF_TAG.sampleFormat, SAMPLE_FORMAT.unsigned);
  const isLab = photometric === PHOTOMETRIC.cieLab || photometric === PHOTOMETRIC.iccLab;
  return isLab && declared === SAMPLE_FORMAT.signed ? SAMPLE_FORMAT.unsigned : declared;
}

/** @throws EnlargerError `image/unsupported-pixels` when brightness and colour are not stored pixel by pixel. */
export function assertNotSubsampled({ numbers }: TiffDirectory, { photometric }: TiffLayout): void {
  const steps = numbers(TIFF_TAG.chromaSubsampling) ?? [2, 2];
  if (photometric === PHOTOMETRIC.yCbCr && steps.some((step) => step !== 1))
    throw unsupported('YCbCr colours of which brightness and colour differ in resolution', { photometric });
}

/** Some writers leave the interpretation out; it then follows from the number of channels. */
function guessedPhotometric({ number }: TiffDirectory): number {
  return number(TIFF_TAG.samplesPerPixel, 1) >= 3 ? PHOTOMETRIC.rgb : PHOTOMETRIC.blackIsZero;
}

const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  6: 'the old kind of JPEG (compression 6)',
  9: 'JBIG',
  10: 'JBIG',
  32766: 'NeXT run lengths',
  32809: 'ThunderScan',
  32867: 'Kodak DCS',
  32895: 'IT8 run lengths',
  34661: 'JBIG',
  34676: 'SGI LogLuv',
  34677: 'SGI LogLuv',
  34712: 'JPEG 2000',
  33003: 'JPEG 2000',
  33004: 'JPEG 2000',
  33005: 'JPEG 2000',
  34887: 'LERC',
  34892: 'lossy JPEG of a DNG',
  34925: 'LZMA',
  34933: 'PNG',
  34934: 'JPEG XR',
  22610: 'JPEG XR',
  50000: 'Zstandard',
  50001: 'WebP',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};

/** What libtiff as it is built here decodes: none, fax, LZW, JPEG, Deflate and PackBits. */
const LIBRARY_COMPRESSIONS = [1, 2, 3, 4, 5, 7, 8, 32771, 32773, 32946];

/** @throws EnlargerError `image/unsupported-pixels` with the compression's name. */
export function assertCompression({ compression }: TiffLayout): void {
  if (LIBRARY_COMPRESSIONS.includes(compression)) return;
  const name = COMPRESSION_NAMES[compression] ?? `method ${compression}`;
  throw new EnlargerError(
    'image/unsupported-pixels',
    `The TIFF is compressed with ${name}, which is not supported. Save it with LZW or Deflate, or without compression.`,
    { compression },
  );
}
