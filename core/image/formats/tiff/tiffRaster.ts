import { EnlargerError } from '../../../api/errors.ts';
import type { ChannelCount, Raster, Samples } from '../../../api/image.ts';
import { labToSrgb } from '../../colour/lab.ts';
import { EXTRA, PHOTOMETRIC, SAMPLE_FORMAT, type TiffLayout } from './tiffLayout.ts';
import type { TiffDirectory } from './tiffDirectory.ts';
import type { ReadSamples } from './tiffSamples.ts';
import { yCbCrReader } from './tiffYCbCr.ts';

/** An image put together from a TIFF's channels. */
export interface TiffImage {
  /** CMYK in place of RGB and alpha when `isCmyk`. */
  readonly image: Raster;
  readonly isCmyk: boolean;
  /** Whether the file's profile still describes the pixels. */
  readonly keepsProfile: boolean;
  readonly warnings: readonly string[];
}

/** The largest share of floating-point samples outside 0…1 at which the range is still taken to be 0…1. */
const MAX_OUTSIDE_SHARE = 0.2;

function assertRange({ data, outside }: ReadSamples): void {
  if (outside <= data.length * MAX_OUTSIDE_SHARE) return;
  const percent = Math.round((outside / data.length) * 100);
  const message =
    `The TIFF contains floating-point numbers, and ${percent}% of them are outside of 0 to 1, which is not supported. ` +
    'Scale them to 0…1, or save the image with 16 bits.';
  throw new EnlargerError('image/unsupported-pixels', message, { outside });
}

function isLab({ photometric }: TiffLayout): boolean {
  return photometric === PHOTOMETRIC.cieLab || photometric === PHOTOMETRIC.iccLab;
}

/** Lightness 0…100 and the two axes of colour, from samples that were scaled from the file's range to 0…65535. */
function labReader({
  photometric,
  bits,
}: TiffLayout): (samples: readonly [number, number, number]) => readonly [number, number, number] {
  const span = 2 ** bits - 1;
  const half = 2 ** (bits - 1);
  const unit = 2 ** (bits - 8);
  const stored = (sample: number): number => Math.round((sample / 65535) * span);
  // CIELab has signed axes; ICCLab shifts them by half, and its 16-bit lightness ends at 0xff00.
  const axis = (sample: number): number => {
    if (photometric === PHOTOMETRIC.iccLab) return (stored(sample) - half) / unit;
    const value = stored(sample);
    return (value >= half ? value - 2 * half : value) / unit;
  };
  const white = photometric === PHOTOMETRIC.iccLab && bits === 16 ? 0xff00 : span;
  return ([l, a, b]) => [(stored(l) / white) * 100, axis(a), axis(b)];
}

/** Three samples of a pixel to RGB 0…1. */
type ToRgb = (samples: readonly [number, number, number]) => readonly [number, number, number];

function putRgb(samples: Uint16Array, start: number, target: Uint16Array, at: number, toRgb: ToRgb): void {
  const rgb = toRgb([samples[start]!, samples[start + 1]!, samples[start + 2]!]);
  for (let channel = 0; channel < 3; channel++)
    target[at + channel] = Math.min(65535, Math.max(0, Math.round(rgb[channel]! * 65535)));
}

/** Colour that was multiplied by alpha becomes straight again. */
function divided(value: number, alpha: number): number {
  return alpha === 0 ? 0 : Math.min(65535, Math.round((value * 65535) / alpha));
}

function toEight(samples: Uint16Array): Uint8Array {
  return Uint8Array.from(samples, (value) => Math.round(value / 257));
}

function droppedNote(layout: TiffLayout, alphaIndex: number): string[] {
  const dropped = layout.extras.length - (alphaIndex < 0 ? 0 : 1);
  if (dropped === 0) return [];
  const which = dropped === 1 ? 'An extra channel' : `${dropped} extra channels`;
  return [
    `${which} of the TIFF that ${dropped === 1 ? 'is' : 'are'} neither colour nor transparency ${dropped === 1 ? 'was' : 'were'} left out.`,
  ];
}

function channelCount(layout: TiffLayout, hasAlpha: boolean): ChannelCount {
  const colour = layout.colourChannels;
  return ((colour === 1 ? 1 : colour) + (hasAlpha ? 1 : 0)) as ChannelCount;
}

function yCbCrOf({ photometric, bits }: TiffLayout, directory: TiffDirectory): ToRgb | undefined {
  return photometric === PHOTOMETRIC.yCbCr ? yCbCrReader(directory, bits) : undefined;
}

/**
 * Puts an image together from all channels of a TIFF: colour and, if there is one, transparency.
 *
 * @throws EnlargerError `image/unsupported-pixels`.
 */
export function toTiffImage(read: ReadSamples, layout: TiffLayout, directory: TiffDirectory): TiffImage {
  const { width, height, samplesPerPixel, photometric, colourChannels } = layout;
  if (photometric === PHOTOMETRIC.palette) {
    const message = `A TIFF with ${samplesPerPixel} channels of ${layout.bits} bits is not supported in this colour model.`;
    throw new EnlargerError('image/unsupported-pixels', message, { photometric });
  }
  if (layout.sampleFormat === SAMPLE_FORMAT.float) assertRange(read);
  const isCmyk = photometric === PHOTOMETRIC.cmyk;
  const alphaIndex = isCmyk ? -1 : layout.extras.findIndex((extra) => extra !== EXTRA.unspecified);
  const channels = channelCount(layout, alphaIndex >= 0);
  const isPremultiplied = layout.extras[alphaIndex] === EXTRA.premultiplied;
  const asLab = isLab(layout) ? labReader(layout) : undefined;
  const toRgb =
    asLab === undefined ? yCbCrOf(layout, directory) : (lab: Parameters<ToRgb>[0]) => labToSrgb(asLab(lab));
  const { data: samples } = read;
  const isInverted = photometric === PHOTOMETRIC.whiteIsZero || layout.hasInvertedInks;
  const data = new Uint16Array(width * height * channels);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const start = pixel * samplesPerPixel;
    const at = pixel * channels;
    const alpha = alphaIndex < 0 ? 65535 : samples[start + colourChannels + alphaIndex]!;
    if (toRgb !== undefined) putRgb(samples, start, data, at, toRgb);
    else {
      for (let channel = 0; channel < colourChannels; channel++) {
        const value = samples[start + channel]!;
        const positive = isInverted ? 65535 - value : value;
        data[at + channel] = isPremultiplied ? divided(positive, alpha) : positive;
      }
    }
    if (alphaIndex >= 0) data[at + colourChannels] = alpha;
  }
  const isEight = layout.bits <= 8 && asLab === undefined;
  const warnings = [
    ...droppedNote(layout, alphaIndex),
    ...(asLab === undefined ? [] : ['The colours were converted from CIELab to sRGB.']),
    ...(read.outside > 0 ? ['Floating-point values outside of 0 to 1 were cut off.'] : []),
  ];
  const stored: Samples = isEight ? toEight(data) : data;
  return {
    image: { width, height, channels, data: stored },
    isCmyk,
    keepsProfile: asLab === undefined,
    warnings,
  };
}
