import { hasAlphaChannel, peakOf, type Raster, type Size } from '../api/image.ts';
import { allocateSamples, createRowStore, type RowStore } from '../image/rowStore.ts';
import { linearFromStored, storedFromLinear } from '../tiling/linearLight.ts';
import type { InterpolationKernel } from '../tiling/kernelTaps.ts';
import { resampleRows, type ResampleWindow } from '../tiling/resample.ts';
import { nextTurn } from './nextTurn.ts';
import { throwIfCancelled } from './semaphore.ts';

const ROWS_AT_ONCE = 32;

export interface FinishOptions {
  readonly to: Size;
  /** The source is only a part of an image of this size, and only a part of the result is wanted. */
  readonly part?: ResampleWindow & { readonly whole: Size };
  readonly kernel: InterpolationKernel;
  readonly linearLight: boolean;
  readonly bitDepth: 8 | 16;
  readonly scratchPath: string;
  readonly signal: AbortSignal;
}

/** Turns stored samples into floats that may be averaged: colour times alpha, in linear light if requested. */
function unpackRow(row: Raster, linearLight: boolean, out: Float32Array): void {
  const { data, channels, width } = row;
  const unit = 1 / peakOf(data);
  const colours = hasAlphaChannel(channels) ? channels - 1 : channels;
  for (let i = 0; i < width * channels; i += channels) {
    const alpha = colours < channels ? (data[i + colours] ?? 0) * unit : 1;
    for (let channel = 0; channel < colours; channel++) {
      const stored = (data[i + channel] ?? 0) * unit;
      out[i + channel] = alpha * (linearLight ? linearFromStored(stored) : stored);
    }
    if (colours < channels) out[i + colours] = alpha;
  }
}

/** The inverse; values that a kernel's ripples moved out of range are clamped. */
function packRow(row: Float32Array, strip: Raster, y: number, linearLight: boolean): void {
  const { data, channels, width } = strip;
  const peak = peakOf(data);
  const colours = hasAlphaChannel(channels) ? channels - 1 : channels;
  const start = y * width * channels;
  for (let i = 0; i < width * channels; i += channels) {
    const alpha = colours < channels ? Math.min(Math.max(row[i + colours] ?? 0, 0), 1) : 1;
    const share = alpha > 0 ? 1 / alpha : 0;
    for (let channel = 0; channel < colours; channel++) {
      const value = Math.min(Math.max((row[i + channel] ?? 0) * share, 0), 1);
      data[start + i + channel] = (linearLight ? storedFromLinear(value) : value) * peak + 0.5;
    }
    if (colours < channels) data[start + i + colours] = alpha * peak + 0.5;
  }
}

/**
 * Resamples an image to its exact final size, a few rows at a time.
 *
 * @returns A new store; the caller disposes of both.
 */
export async function finishSize(source: RowStore, options: FinishOptions): Promise<RowStore> {
  const { to: wholeTo, part, kernel, linearLight, bitDepth, scratchPath, signal } = options;
  const { width, height, channels } = source.shape;
  const to: Size = part === undefined ? wholeTo : { width: part.to.width, height: part.to.height };
  const target = createRowStore({ ...to, channels, bitDepth }, scratchPath);
  const unpacked = new Float32Array(width * channels);
  const readRow = (y: number): Float32Array => {
    unpackRow(source.read(y, 1), linearLight, unpacked);
    return unpacked;
  };
  const from = part?.whole ?? { width, height };
  const window = part && { from: part.from, to: part.to };
  const rows = resampleRows({ from, to: wholeTo, channels, kernel, readRow, ...(window && { window }) });
  try {
    for (let top = 0; top < to.height; top += ROWS_AT_ONCE) {
      throwIfCancelled(signal);
      const count = Math.min(ROWS_AT_ONCE, to.height - top);
      const strip: Raster = {
        width: to.width,
        height: count,
        channels,
        data: allocateSamples(bitDepth, to.width * count * channels),
      };
      for (let y = 0; y < count; y++) {
        const next = rows.next();
        if (next.done !== true) packRow(next.value, strip, y, linearLight);
      }
      target.write(top, strip.data);
      await nextTurn();
    }
    return target;
  } catch (error) {
    target.dispose();
    throw error;
  }
}
