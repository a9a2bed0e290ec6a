import type { Rect, Size } from '../api/image.ts';
import { kernelTaps, mirrored, type InterpolationKernel } from './kernelTaps.ts';

/** For every output sample of one axis: `taps` source positions and their weights, which add up to 1. */
export interface AxisWeights {
  readonly taps: number;
  readonly indices: Int32Array;
  readonly weights: Float32Array;
}

/** Weights that resample an axis; samples beyond its ends are mirrored. */
export function axisWeights(fromPx: number, toPx: number, kernel: InterpolationKernel): AxisWeights {
  const { count: taps, starts, weights } = kernelTaps(fromPx, toPx, kernel);
  const indices = Int32Array.from(weights, (_, at) =>
    mirrored((starts[Math.floor(at / taps)] ?? 0) + (at % taps), fromPx),
  );
  return { taps, indices, weights: Float32Array.from(weights) };
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

/** A part of a resampled image, and the part of the source that it is computed from. */
export interface ResampleWindow {
  readonly from: Rect;
  readonly to: Rect;
}

/** The weights of a part of an axis, relative to the start of the source's part. */
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
  /** Returns source row `y`, counted from the window's top; the array is only read until the next call. */
  readonly readRow: (y: number) => Float32Array;
  /** Only this part is computed, from this part of the source; every sample has the same value as in the whole. */
  readonly window?: ResampleWindow;
}

/**
 * Resamples row by row: only the rows under the kernel are in memory, whatever the image's height.
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
    // Not a spread: a kernel that shrinks by a factor of thousands has more taps than a call may have arguments.
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
