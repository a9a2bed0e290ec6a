import { decodeSrgb } from '../../tiling/linearLight.ts';
import { rgbPlanes } from '../planes/colourPlanes.ts';
import { deltaE2000, type Lab } from './deltaE2000.ts';
import { sampleAt, type PlaneView } from '../planes/planeView.ts';
import { requireSameSize } from '../planes/requireSameSize.ts';

/** CIEDE2000 over all pixels. */
export interface ColourDifference {
  readonly mean: number;
  readonly max: number;
}

/**
 * How different two images look in colour: CIEDE2000 of every pixel, both read as sRGB under D65.
 *
 * @param reference One grey plane or three of red, green, blue.
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function colourDifference(
  reference: readonly PlaneView[],
  output: readonly PlaneView[],
): ColourDifference {
  const first = rgbReader(rgbPlanes(reference));
  const second = rgbReader(rgbPlanes(output));
  requireSameSize(first, second);
  let sum = 0;
  let max = 0;
  for (let y = 0; y < first.height; y++) {
    first.read(y);
    second.read(y);
    for (let x = 0; x < first.width; x++) {
      const p = first.pixel(x);
      const q = second.pixel(x);
      if (p.red === q.red && p.green === q.green && p.blue === q.blue) continue;
      const difference = deltaE2000(labOfSrgb(p), labOfSrgb(q));
      sum += difference;
      if (difference > max) max = difference;
    }
  }
  return { mean: sum / (first.width * first.height), max };
}

/** A colour in sRGB, each part 0…255. */
interface Rgb {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

/**
 * CIELAB under D65 (2°) of an sRGB colour: transfer curve of IEC 61966-2-1, primaries of ITU-R BT.709 in the digits
 * of Poynton's Color FAQ.
 */
function labOfSrgb({ red, green, blue }: Rgb): Lab {
  const r = linear(red);
  const g = linear(green);
  const b = linear(blue);
  const x = cubeRoot((0.412453 * r + 0.35758 * g + 0.180423 * b) / 0.95047);
  const y = cubeRoot(0.212671 * r + 0.71516 * g + 0.072169 * b);
  const z = cubeRoot((0.019334 * r + 0.119193 * g + 0.950227 * b) / 1.08883);
  return { l: 116 * y - 16, a: 500 * (x - y), b: 200 * (y - z) };
}

/** Linear light, 0…1, for samples in steps of 1/16: linear interpolation between them is exact to 3e-8. */
const STEPS = 16;
const LINEAR_LIGHT = Float64Array.from({ length: 255 * STEPS + 2 }, (_, step) => linearLight(step / STEPS));

function linear(sample: number): number {
  if (!(sample >= 0 && sample <= 255)) return linearLight(sample);
  const position = sample * STEPS;
  const step = Math.floor(position);
  const below = sampleAt(LINEAR_LIGHT, step);
  return below + (position - step) * (sampleAt(LINEAR_LIGHT, step + 1) - below);
}

function linearLight(sample: number): number {
  return decodeSrgb(sample / 255);
}

/** CIE 15: a cube root that becomes a straight line near black, where its slope would be infinite. */
function cubeRoot(value: number): number {
  return value > (6 / 29) ** 3 ? Math.cbrt(value) : value / (3 * (6 / 29) ** 2) + 4 / 29;
}

interface RgbReader {
  readonly width: number;
  readonly height: number;
  readonly read: (y: number) => void;
  readonly pixel: (x: number) => Rgb;
}

function rgbReader([red, green, blue]: readonly [PlaneView, PlaneView, PlaneView]): RgbReader {
  const { width, height } = red;
  const rows = {
    red: new Float64Array(width),
    green: new Float64Array(width),
    blue: new Float64Array(width),
  };
  return {
    width,
    height,
    read: (y) => {
      red.readRow(y, rows.red);
      green.readRow(y, rows.green);
      blue.readRow(y, rows.blue);
    },
    pixel: (x) => ({
      red: sampleAt(rows.red, x),
      green: sampleAt(rows.green, x),
      blue: sampleAt(rows.blue, x),
    }),
  };
}
