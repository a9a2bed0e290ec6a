import { sampleAt } from '../planes/planeView.ts';

/** Real and imaginary parts of a row of complex numbers. */
interface ComplexRow {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * Creates a function that returns the power of a square block at every frequency: two-dimensional Fourier transform under
 * a Hann window, mean removed. It takes row-major samples, `side` × `side`, and returns row-major powers, valid until
 * its next call; index k of an axis is the frequency of k / side cycles per pixel, above side / 2 for k − side.
 *
 * @param side A power of two.
 */
export function powerSpectrum(side: number): (block: Float64Array) => Float64Array {
  const window = Float64Array.from({ length: side }, (_, x) => Math.sin((Math.PI * (x + 0.5)) / side) ** 2);
  const transform = fourierTransform(side);
  const rows = Array.from({ length: side }, () => complexRow(side));
  const column = complexRow(side);
  const power = new Float64Array(side * side);
  return (block) => {
    const mean = block.reduce((sum, sample) => sum + sample, 0) / block.length;
    rows.forEach((row, y) => {
      const weight = sampleAt(window, y);
      for (let x = 0; x < side; x++) {
        row.real[x] = (sampleAt(block, y * side + x) - mean) * weight * sampleAt(window, x);
      }
      row.imaginary.fill(0);
      transform(row);
    });
    for (let x = 0; x < side; x++) {
      rows.forEach((row, y) => {
        column.real[y] = sampleAt(row.real, x);
        column.imaginary[y] = sampleAt(row.imaginary, x);
      });
      transform(column);
      for (let y = 0; y < side; y++) {
        power[y * side + x] = sampleAt(column.real, y) ** 2 + sampleAt(column.imaginary, y) ** 2;
      }
    }
    return power;
  };
}

function complexRow(length: number): ComplexRow {
  return { real: new Float64Array(length), imaginary: new Float64Array(length) };
}

/** Fast Fourier transform in place (Cooley and Tukey 1965, radix 2). */
function fourierTransform(length: number): (row: ComplexRow) => void {
  const angles = Float64Array.from({ length: length / 2 }, (_, index) => (-2 * Math.PI * index) / length);
  const cosines = angles.map(Math.cos);
  const sines = angles.map(Math.sin);
  return (row) => {
    reverseBits(row);
    for (let half = 1; half < length; half *= 2) {
      const stride = length / (2 * half);
      for (let offset = 0; offset < half; offset++) {
        const cosine = cosines[offset * stride]!;
        const sine = sines[offset * stride]!;
        for (let index = offset; index < length; index += 2 * half) {
          butterfly(row, index, index + half, cosine, sine);
        }
      }
    }
  };
}

/** Moves every element to the index with the reversed binary digits. */
function reverseBits({ real, imaginary }: ComplexRow): void {
  let reversed = 0;
  for (let index = 0; index < real.length; index++) {
    if (index < reversed) {
      swap(real, index, reversed);
      swap(imaginary, index, reversed);
    }
    let bit = real.length >> 1;
    for (; (reversed & bit) !== 0; bit >>= 1) reversed ^= bit;
    reversed |= bit;
  }
}

// Five separate numbers: an object for each call would cost more than the arithmetic.
function butterfly(
  { real, imaginary }: ComplexRow,
  index: number,
  other: number,
  cosine: number,
  sine: number,
): void {
  const r = real[other]! * cosine - imaginary[other]! * sine;
  const i = real[other]! * sine + imaginary[other]! * cosine;
  real[other] = real[index]! - r;
  imaginary[other] = imaginary[index]! - i;
  real[index] = real[index]! + r;
  imaginary[index] = imaginary[index]! + i;
}

function swap(samples: Float64Array, first: number, second: number): void {
  const kept = sampleAt(samples, first);
  samples[first] = sampleAt(samples, second);
  samples[second] = kept;
}
