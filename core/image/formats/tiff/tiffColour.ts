import { findEntry } from '../../../metadata/exif/readIfd.ts';
import { BT709 } from '../../colour/colourSpace.ts';
import { isLikeSrgb } from '../../colour/profileCurve.ts';
import { rationals, TIFF_TAG, type TiffDirectory } from './tiffDirectory.ts';

/** How far chromaticities may be from sRGB's to mean the same. */
const MAX_DISTANCE = 0.005;

function areNear(found: readonly number[], wanted: readonly number[]): boolean {
  return (
    found.length !== wanted.length ||
    found.every((value, index) => Math.abs(value - wanted[index]!) <= MAX_DISTANCE)
  );
}

/** Whether each of the tables, one or three, is about the curve of sRGB; a table of another length is ignored. */
function isUsualTransfer({ numbers, number }: TiffDirectory): boolean {
  const table = numbers(TIFF_TAG.transferFunction);
  const steps = 2 ** number(TIFF_TAG.bitsPerSample, 1);
  if (table === undefined || steps < 16 || (table.length !== steps && table.length !== 3 * steps))
    return true;
  const starts = table.length === steps ? [0] : [0, steps, 2 * steps];
  return starts.every((start) =>
    isLikeSrgb((value) => table[start + Math.round(value * (steps - 1))]! / 65535),
  );
}

/** A sentence on the colours that a TIFF without a profile describes in TIFF tags, if they are not sRGB. */
export function tiffColourNote(directory: TiffDirectory): string[] {
  if (findEntry(directory.ifd, TIFF_TAG.icc) !== undefined) return [];
  const { white, red, green, blue } = BT709;
  const isWhite = areNear(rationals(directory, TIFF_TAG.whitePoint), [white.x, white.y]);
  const primaries = [red, green, blue].flatMap(({ x, y }) => [x, y]);
  const names = [
    ...(isWhite ? [] : ['WhitePoint']),
    ...(areNear(rationals(directory, TIFF_TAG.primaryChromaticities), primaries)
      ? []
      : ['PrimaryChromaticities']),
    ...(isUsualTransfer(directory) ? [] : ['TransferFunction']),
  ];
  if (names.length === 0) return [];
  return [
    `The TIFF describes its colours by ${names.join(', ')} instead of a profile. Most programs ignore that, and it was left out; assign a profile if the colours look wrong.`,
  ];
}
