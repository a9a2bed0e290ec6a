/** @file Converts the two 16-bit forms in which weights are stored to float32. */

/** The value of 16 bits of IEEE 754 half precision. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The value of every half: for sixteen million weights, a table is faster than arithmetic. */
const HALVES = Float32Array.from({ length: 0x10000 }, (_, bits) => halfToFloat(bits));

/** @param bytes Two for each value, the lower first, at any offset. */
export function halvesToFloats(bytes: Uint8Array): Float32Array {
  const values = new Float32Array(bytes.length >> 1);
  for (let i = 0; i < values.length; i++) values[i] = HALVES[bytes[2 * i]! | (bytes[2 * i + 1]! << 8)]!;
  return values;
}

/** @param bytes Two for each value: the upper half of a float32. */
export function bfloatsToFloats(bytes: Uint8Array): Float32Array {
  const bits = new Uint32Array(bytes.length >> 1);
  for (let i = 0; i < bits.length; i++) bits[i] = ((bytes[2 * i]! << 16) | (bytes[2 * i + 1]! << 24)) >>> 0;
  return new Float32Array(bits.buffer);
}
