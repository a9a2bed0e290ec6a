import {
  adaptationToD50,
  BT709,
  D50_XYZ,
  inverse,
  multiply,
  rgbToXyz,
  srgbSignal,
  transform,
} from './colourSpace.ts';

const TO_SRGB = inverse(multiply(adaptationToD50(BT709.white), rgbToXyz(BT709)));

function signal(light: number): number {
  return srgbSignal(Math.min(1, Math.max(0, light)));
}

/** CIE 1976 L*a*b* under D50, as files store it, to sRGB 0…1; colours outside of sRGB are cut off. */
export function labToSrgb([l, a, b]: readonly [number, number, number]): readonly [number, number, number] {
  const fy = (l + 16) / 116;
  const back = (f: number): number => (f > 6 / 29 ? f ** 3 : 3 * (6 / 29) ** 2 * (f - 4 / 29));
  const [xn, yn, zn] = D50_XYZ;
  const [red, green, blue] = transform(TO_SRGB, [
    xn * back(fy + a / 500),
    yn * back(fy),
    zn * back(fy - b / 200),
  ]);
  return [signal(red), signal(green), signal(blue)];
}
