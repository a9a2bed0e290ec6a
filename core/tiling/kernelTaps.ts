export const INTERPOLATION_KERNELS = ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const;
export type InterpolationKernel = (typeof INTERPOLATION_KERNELS)[number];

/** For every sample of a resampled axis: which source samples contribute to it, and with which weights. */
export interface KernelTaps {
  /** Source samples for each resampled one. */
  readonly count: number;
  /** First source sample of each; may be outside the axis, see `mirrored`. Not to be changed. */
  readonly starts: Float64Array;
  /** `count` weights of each, which add up to 1, one resampled sample after the other. */
  readonly weights: Float64Array;
}

interface KernelShape {
  /** Distance from the centre at which the kernel ends, in source samples. */
  readonly radius: number;
  readonly at: (x: number) => number;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Keys' cubic convolution with a = −0.5 (IEEE Trans. ASSP 29, 1981), as in MATLAB's `imresize`. */
function cubic(x: number): number {
  const a = Math.abs(x);
  if (a <= 1) return 1.5 * a ** 3 - 2.5 * a ** 2 + 1;
  return a < 2 ? -0.5 * a ** 3 + 2.5 * a ** 2 - 4 * a + 2 : 0;
}

const KERNEL_SHAPES: Readonly<Record<Exclude<InterpolationKernel, 'nearest'>, KernelShape>> = {
  bilinear: { radius: 1, at: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { radius: 2, at: cubic },
  lanczos: { radius: 3, at: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** How far from its centre an enlarging kernel reaches, in source samples. */
export function kernelRadiusPx(kernel: InterpolationKernel): number {
  return kernel === 'nearest' ? 1 : KERNEL_SHAPES[kernel].radius;
}

/** The sample index after mirroring at the ends of an axis (…1 0 0 1 2…), as in MATLAB. */
export function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const inPeriod = ((index % period) + period) % period;
  return inPeriod < length ? inPeriod : period - 1 - inPeriod;
}

function nearestTaps(fromPx: number, toPx: number): KernelTaps {
  const starts = Float64Array.from({ length: toPx }, (_, i) =>
    Math.min(fromPx - 1, Math.floor(((i + 0.5) * fromPx) / toPx)),
  );
  return { count: 1, starts, weights: new Float64Array(toPx).fill(1) };
}

/** The most recent taps: those for the axes of an image are requested several times, and images of a batch are similar. */
const recentTaps = new Map<string, KernelTaps>();
const MAX_RECENT = 8;
/** Taps of larger axes are not kept. */
const MAX_RECENT_WEIGHTS = 2 ** 18;

/**
 * Resamples an axis of `fromPx` samples to `toPx`, by the rules of MATLAB's `imresize`, with which the super-resolution
 * literature makes its small images: sample centres align at the image's edges, and a kernel that reduces is
 * stretched by the factor, so that detail finer than the new grid is averaged out instead of aliased.
 */
export function kernelTaps(fromPx: number, toPx: number, kernel: InterpolationKernel): KernelTaps {
  const key = `${fromPx} ${toPx} ${kernel}`;
  const known = recentTaps.get(key);
  if (known !== undefined) return known;
  const taps = kernel === 'nearest' ? nearestTaps(fromPx, toPx) : stretchedTaps(fromPx, toPx, kernel);
  if (taps.weights.length > MAX_RECENT_WEIGHTS) return taps;
  const [oldest] = recentTaps.keys();
  if (oldest !== undefined && recentTaps.size >= MAX_RECENT) recentTaps.delete(oldest);
  recentTaps.set(key, taps);
  return taps;
}

function stretchedTaps(
  fromPx: number,
  toPx: number,
  kernel: Exclude<InterpolationKernel, 'nearest'>,
): KernelTaps {
  const shape = KERNEL_SHAPES[kernel];
  const scale = toPx / fromPx;
  const stretch = Math.min(scale, 1);
  const radius = shape.radius / stretch;
  // One more would only be at the kernel's ends, where it is 0.
  const count = Math.ceil(2 * radius);
  const starts = new Float64Array(toPx);
  const weights = new Float64Array(toPx * count);
  for (let i = 0; i < toPx; i++) {
    const centre = (i + 0.5) / scale - 0.5;
    const first = Math.ceil(centre - radius);
    const own = weights.subarray(i * count, (i + 1) * count);
    let sum = 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = shape.at((centre - first - tap) * stretch);
      own[tap] = weight;
      sum += weight;
    }
    for (let tap = 0; tap < count; tap++) own[tap]! /= sum;
    starts[i] = first;
  }
  return { count, starts, weights };
}
