import type { Rect, Size } from '../api/image.ts';

export const INTERPOLATION_KERNELS = ['nearest', 'bilinear', 'bicubic', 'lanczos'] as const;
export type InterpolationKernel = (typeof INTERPOLATION_KERNELS)[number];

/** For every output sample of one axis: `taps` source positions and their weights, which add up to 1. */
export interface AxisWeights {
  readonly taps: number;
  readonly indices: Int32Array;
  readonly weights: Float32Array;
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

/** Mirrors a position at the image's edges (…1 0 0 1 2…), as MATLAB does. */
function mirror(index: number, length: number): number {
  const period = 2 * length;
  const inPeriod = ((index % period) + period) % period;
  return inPeriod < length ? inPeriod : period - 1 - inPeriod;
}

function nearestWeights(fromPx: number, toPx: number): AxisWeights {
  const indices = Int32Array.from({ length: toPx }, (_, i) =>
    Math.min(fromPx - 1, Math.floor(((i + 0.5) * fromPx) / toPx)),
  );
  return { taps: 1, indices, weights: new Float32Array(toPx).fill(1) };
}

/**
 * Weights that resample an axis of `fromPx` samples to `toPx`, by the rules of MATLAB's `imresize`: sample centres
 * align at the image's edges, and a kernel that reduces is stretched by the factor (antialiasing).
 */
export function axisWeights(fromPx: number, toPx: number, kernel: InterpolationKernel): AxisWeights {
  if (kernel === 'nearest') return nearestWeights(fromPx, toPx);
  const shape = KERNEL_SHAPES[kernel];
  const scale = toPx / fromPx;
  const stretch = Math.min(scale, 1);
  const radius = shape.radius / stretch;
  const taps = Math.ceil(2 * radius) + 1;
  const indices = new Int32Array(toPx * taps);
  const weights = new Float32Array(toPx * taps);
  for (let i = 0; i < toPx; i++) {
    const centre = (i + 0.5) / scale - 0.5;
    const first = Math.ceil(centre - radius);
    const raw = Array.from({ length: taps }, (_, tap) => shape.at((centre - first - tap) * stretch));
    const sum = raw.reduce((total, weight) => total + weight, 0);
    raw.forEach((weight, tap) => {
      indices[i * taps + tap] = mirror(first + tap, fromPx);
      weights[i * taps + tap] = weight / sum;
    });
  }
  return { taps, indices, weights };
}

function resampleRow(row: Float32Array, channels: number, axis: AxisWeights, out: Float32Array): void {
  const { taps, indices, weights } = axis;
  const width = indices.length / taps;
  for (let x = 0; x < width; x++) {
    for (let channel = 0; channel < channels; channel++) {
      let sum = 0;
      for (let k = x * taps; k < (x + 1) * taps; k++) {
        sum += weights[k]! * row[indices[k]! * channels + channel]!;
      }
      out[x * channels + channel] = sum;
    }
  }
}

/** A part of a resampled image, and the part of the source that is at hand to make it from. */
export interface ResampleWindow {
  readonly from: Rect;
  readonly to: Rect;
}

/** The weights of a part of an axis, counted from where the source's part begins. */
function partOfAxis(
  axis: AxisWeights,
  from: { start: number; length: number },
  to: { start: number; length: number },
): AxisWeights {
  const { taps } = axis;
  const [begin, end] = [to.start * taps, (to.start + to.length) * taps];
  const indices = axis.indices.slice(begin, end);
  const weights = axis.weights.subarray(begin, end);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]! - from.start;
    const isInside = index >= 0 && index < from.length;
    if (!isInside && weights[i] !== 0) throw new RangeError('The window lacks source samples.');
    indices[i] = Math.min(Math.max(index, 0), from.length - 1);
  }
  return { taps, indices, weights };
}

export interface ResampleRequest {
  readonly from: Size;
  readonly to: Size;
  /** Interleaved samples per pixel. */
  readonly channels: number;
  readonly kernel: InterpolationKernel;
  /** Gives source row `y`, counted from the window's top; the array is only read before the next call. */
  readonly readRow: (y: number) => Float32Array;
  /** Only this part is made, of this part of the source; every sample comes out as it would in the whole. */
  readonly window?: ResampleWindow;
}

/**
 * Resamples row by row: only the rows under the kernel are held, whatever the image's height.
 *
 * @returns The result's rows from the top; the array is reused for the next row.
 */
export function* resampleRows(request: ResampleRequest): Generator<Float32Array> {
  const {
    from,
    to,
    channels,
    kernel,
    window = { from: { x: 0, y: 0, ...from }, to: { x: 0, y: 0, ...to } },
  } = request;
  const horizontal = partOfAxis(
    axisWeights(from.width, to.width, kernel),
    { start: window.from.x, length: window.from.width },
    { start: window.to.x, length: window.to.width },
  );
  const vertical = partOfAxis(
    axisWeights(from.height, to.height, kernel),
    { start: window.from.y, length: window.from.height },
    { start: window.to.y, length: window.to.height },
  );
  const rowLength = window.to.width * channels;
  const held = new Map<number, Float32Array>();
  const out = new Float32Array(rowLength);
  for (let y = 0; y < window.to.height; y++) {
    const needed = vertical.indices.subarray(y * vertical.taps, (y + 1) * vertical.taps);
    // Not spread: a kernel that shrinks by thousands has more taps than a call may have arguments.
    const lowest = needed.reduce((least, index) => Math.min(least, index), Infinity);
    const spare: Float32Array[] = [];
    for (const [index, row] of held) {
      if (index < lowest && held.delete(index)) spare.push(row);
    }
    out.fill(0);
    for (let tap = 0; tap < vertical.taps; tap++) {
      const weight = vertical.weights[y * vertical.taps + tap] ?? 0;
      if (weight === 0) continue;
      const index = needed[tap] ?? 0;
      let row = held.get(index);
      if (row === undefined) {
        row = spare.pop() ?? new Float32Array(rowLength);
        resampleRow(request.readRow(index), channels, horizontal, row);
        held.set(index, row);
      }
      for (let i = 0; i < rowLength; i++) out[i] = out[i]! + weight * row[i]!;
    }
    yield out;
  }
}
