import { rationals, TIFF_TAG, type TiffDirectory } from './tiffDirectory.ts';

/** Shares of red, green and blue in brightness by default: those of ITU-R BT.601 (TIFF 6.0, YCbCrCoefficients). */
const BT601 = [0.299, 0.587, 0.114] as const;

type Rgb = readonly [number, number, number];

function coefficientsOf(directory: TiffDirectory): Rgb {
  const [r = 0, g = 0, b = 0, ...others] = rationals(directory, TIFF_TAG.yCbCrCoefficients);
  const isSound = others.length === 0 && r > 0 && g > 0 && b > 0 && Math.abs(r + g + b - 1) < 0.01;
  return isSound ? [r, g, b] : BT601;
}

/** Black and white of brightness and of both axes of colour, as stored values (TIFF 6.0, ReferenceBlackWhite). */
function rangesOf(directory: TiffDirectory, bits: number): readonly number[] {
  const [peak, half] = [2 ** bits - 1, 2 ** (bits - 1)];
  const found = rationals(directory, TIFF_TAG.referenceBlackWhite);
  const isSound =
    found.length === 6 && [0, 2, 4].every((at) => found[at + 1]! - found[at]! >= 1 && found[at + 1]! <= peak);
  return isSound ? found : [0, peak, half, peak, half, peak];
}

/** The function that turns brightness and two axes of colour, of the file's range as 0…65535, into RGB 0…1. */
export function yCbCrReader(directory: TiffDirectory, bits: number): (samples: Rgb) => Rgb {
  const [lumaRed, lumaGreen, lumaBlue] = coefficientsOf(directory);
  const [black, white, cbZero, cbPeak, crZero, crPeak] = rangesOf(directory, bits) as [
    ...[number, number, number, number, number, number],
  ];
  const peak = 2 ** bits - 1;
  const code = (sample: number): number => (sample / 65535) * peak;
  // The positive half of an axis has one step less than the negative one.
  const axisPeak = (2 ** (bits - 1) - 1) / peak;
  return ([first, second, third]) => {
    const y = (code(first) - black) / (white - black);
    const cb = ((code(second) - cbZero) / (cbPeak - cbZero)) * axisPeak;
    const cr = ((code(third) - crZero) / (crPeak - crZero)) * axisPeak;
    const red = y + 2 * (1 - lumaRed) * cr;
    const blue = y + 2 * (1 - lumaBlue) * cb;
    return [red, (y - lumaRed * red - lumaBlue * blue) / lumaGreen, blue];
  };
}
