import { readUint } from '../../../metadata/byteFields.ts';
import type { DescribedColour } from '../../colour/codePoints.ts';
import { arePossible, type Chromaticity, type ToneCurve } from '../../colour/colourSpace.ts';

/** Header of version 4 or later, from the start of the file (Microsoft, BITMAPV4HEADER). */
const HEADER_AT = 14;
const MIN_HEADER_BYTES = 108;
const SPACE_AT = HEADER_AT + 56;
const ENDPOINTS_AT = HEADER_AT + 60;
const GAMMAS_AT = HEADER_AT + 96;
const CALIBRATED = 0;
/** The tolerance for rounded gammas. */
const SAME_GAMMA = 0.01;

type Point = readonly [number, number, number];

function chromaticity([x, y, z]: Point): Chromaticity {
  const sum = x + y + z;
  return { x: x / sum, y: y / sum };
}

function curveOf(gammas: readonly number[]): ToneCurve | undefined {
  const [gamma = 0] = gammas;
  const areAlike = gammas.every((one) => Math.abs(one - gamma) < SAME_GAMMA);
  return areAlike && gamma >= 0.1 && gamma <= 10 ? { kind: 'power', gamma } : undefined;
}

/**
 * The colours that a BMP describes by the endpoints of red, green and blue and by gamma; undefined if it does not. Many
 * programs leave these fields empty.
 */
export function bmpColour(bytes: Uint8Array): DescribedColour | undefined {
  const little = (offset: number): number => readUint(bytes, { offset, sizeBytes: 4, order: 'little' });
  if (
    bytes.length < GAMMAS_AT + 12 ||
    little(HEADER_AT) < MIN_HEADER_BYTES ||
    little(SPACE_AT) !== CALIBRATED
  )
    return undefined;
  // They have no unit: only their ratios matter.
  const point = (index: number): Point => {
    const at = ENDPOINTS_AT + index * 12;
    return [little(at) | 0, little(at + 4) | 0, little(at + 8) | 0];
  };
  const [red, green, blue] = [point(0), point(1), point(2)];
  const white: Point = [
    red[0] + green[0] + blue[0],
    red[1] + green[1] + blue[1],
    red[2] + green[2] + blue[2],
  ];
  const primaries = {
    white: chromaticity(white),
    red: chromaticity(red),
    green: chromaticity(green),
    blue: chromaticity(blue),
  };
  const curve = curveOf([0, 1, 2].map((index) => little(GAMMAS_AT + index * 4) / 65536));
  if (curve === undefined || !arePossible(primaries)) return undefined;
  return { kind: 'standard', space: { primaries, curve } };
}
