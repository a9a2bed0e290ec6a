/** Converts between float32 and the two 16-bit forms in which weights are stored. */

const word = new DataView(new ArrayBuffer(4));

/** The value of 16 bits of IEEE 754 half precision. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The nearest half; ties go to the even one, too large values to infinity. */
export function floatToHalf(value: number): number {
  word.setFloat32(0, value);
  const bits = word.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and more round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    const rebased = magnitude - 0x38000000;
    return sign | ((rebased + 0xfff + ((rebased >> 13) & 1)) >> 13);
  }
  // Below the smallest normal half: a multiple of 2⁻²⁴, rounded by the adder itself.
  const steps = Math.abs(value) * 2 ** 24;
  const whole = Math.floor(steps);
  const rest = steps - whole;
  const isUp = rest > 0.5 || (rest === 0.5 && whole % 2 === 1);
  return sign | (whole + (isUp ? 1 : 0));
}

/** The value of every half: sixteen million weights are looked up faster than computed. */
const HALVES = Float32Array.from({ length: 0x10000 }, (_, bits) => halfToFloat(bits));

/** @param bytes Two for each value, the lower first, at any offset. */
export function halvesToFloats(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(bytes.length >> 1);
  for (let i = 0; i < values.length; i++) values[i] = HALVES[bytes[2 * i]! | (bytes[2 * i + 1]! << 8)]!;
  return values;
}

export function floatsToHalves(values: Float32Array): Uint8Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) halves[i] = floatToHalf(values[i]!);
  return new Uint8Array(halves.buffer);
}

/** @param bytes Two for each value: the upper half of a float32. */
export function bfloatsToFloats(bytes: Uint8Array): Float32Array {
  const bits = new Uint32Array(bytes.length >> 1);
  for (let i = 0; i < bits.length; i++) bits[i] = ((bytes[2 * i]! << 16) | (bytes[2 * i + 1]! << 24)) >>> 0;
  return new Float32Array(bits.buffer);
}
