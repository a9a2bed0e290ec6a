import { hasAlphaChannel, peakOf, type Raster } from '../../api/image.ts';
import { BT709, inverse, multiply, rgbToXyz, type Primaries, srgbSignal } from './colourSpace.ts';
import type { HdrTransfer } from './codePoints.ts';

/** The brightness of paper white in HDR images, in nits (Rec. ITU-R BT.2408). */
const REFERENCE_WHITE = 203;

/** Light up to here is kept as it is; what is brighter is rolled off towards white. */
const KNEE = 0.9;

const STEPS = 4096;

/** SMPTE ST 2084, signal 0…1 to light where 1 is reference white. */
function pqToLight(signal: number): number {
  const [m1, m2] = [2610 / 16384, 2523 / 32];
  const [c1, c2, c3] = [3424 / 4096, 2413 / 128, 2392 / 128];
  const power = signal ** (1 / m2);
  return (Math.max(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1) * (10_000 / REFERENCE_WHITE);
}

/** The signal that BT.2408 gives to reference white, 75%, becomes 1. */
const HLG_WHITE = hlgToScene(0.75);

/** ARIB STD-B67, signal 0…1 to scene light 0…1. */
function hlgToScene(signal: number): number {
  const [a, b, c] = [0.17883277, 0.28466892, 0.55991073];
  return signal <= 0.5 ? signal ** 2 / 3 : (Math.exp((signal - c) / a) + b) / 12;
}

function rolledOff(light: number): number {
  if (light <= KNEE) return Math.max(0, light);
  return KNEE + (1 - KNEE) * (1 - Math.exp(-(light - KNEE) / (1 - KNEE)));
}

/** The light of every signal, in steps fine enough to interpolate 16 bits between them. */
function lightTable(transfer: HdrTransfer): Float32Array {
  const light = (signal: number): number =>
    transfer === 'pq' ? pqToLight(signal) : hlgToScene(signal) / HLG_WHITE;
  return Float32Array.from({ length: STEPS + 1 }, (_, step) => light(step / STEPS));
}

/**
 * Brings an image of high dynamic range to sRGB: colours up to reference white stay the same, highlights are
 * rolled off.
 *
 * @returns 16 bits, with the same channels.
 */
export function toneMap(image: Raster, transfer: HdrTransfer, primaries: Primaries): Raster {
  const { width, height, channels, data: from } = image;
  const table = lightTable(transfer);
  const peak = peakOf(from);
  const lightAt = (sample: number): number => {
    const place = (sample / peak) * STEPS;
    const step = Math.min(STEPS - 1, Math.floor(place));
    return table[step]! + (table[step + 1]! - table[step]!) * (place - step);
  };
  const m = multiply(inverse(rgbToXyz(BT709)), rgbToXyz(primaries));
  const data = new Uint16Array(from.length);
  const put = (index: number, light: number): void => {
    data[index] = Math.round(srgbSignal(rolledOff(light)) * 65535);
  };
  const isColour = channels >= 3;
  for (let index = 0; index < from.length; index += channels) {
    const r = lightAt(from[index]!);
    if (isColour) {
      const g = lightAt(from[index + 1]!);
      const b = lightAt(from[index + 2]!);
      put(index, m[0] * r + m[1] * g + m[2] * b);
      put(index + 1, m[3] * r + m[4] * g + m[5] * b);
      put(index + 2, m[6] * r + m[7] * g + m[8] * b);
    } else put(index, r);
    if (hasAlphaChannel(channels)) {
      const alpha = index + channels - 1;
      data[alpha] = Math.round((from[alpha]! / peak) * 65535);
    }
  }
  return { width, height, channels, data };
}
