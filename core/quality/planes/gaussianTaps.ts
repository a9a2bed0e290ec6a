/**
 * A sampled Gaussian that sums to 1.
 *
 * @param length Number of taps, odd, ≥ 1.
 * @param sigma Standard deviation in samples.
 */
export function gaussianTaps(length: number, sigma: number): Float64Array {
  const middle = (length - 1) / 2;
  const taps = Float64Array.from({ length }, (_, index) =>
    Math.exp(-((index - middle) ** 2) / (2 * sigma * sigma)),
  );
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => tap / sum);
}
