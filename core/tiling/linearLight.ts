/** Entries per unit; linear interpolation between them is exact to 1/65535, except near black. */
const STEPS = 16_384;

/** The sRGB transfer curve (IEC 61966-2-1), 0…1 to 0…1. */
export function decodeSrgb(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function encodeSrgb(value: number): number {
  return value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055;
}

function tabulate(curve: (value: number) => number): Float32Array {
  return Float32Array.from({ length: STEPS + 2 }, (_, i) => curve(Math.min(i / STEPS, 1)));
}

const TO_LINEAR = tabulate(decodeSrgb);
const FROM_LINEAR = tabulate(encodeSrgb);

function lookUp(table: Float32Array, value: number): number {
  const position = value * STEPS;
  const index = Math.floor(position);
  const low = table[index] ?? 0;
  return low + ((table[index + 1] ?? 0) - low) * (position - index);
}

/** Light of a stored value, 0…1. Other profiles' curves are close enough to that of sRGB for averaging. */
export function linearFromStored(value: number): number {
  return lookUp(TO_LINEAR, value);
}

export function storedFromLinear(value: number): number {
  return lookUp(FROM_LINEAR, value);
}
