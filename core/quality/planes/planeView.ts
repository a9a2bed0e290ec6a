import type { Size } from '../../api/image.ts';

/**
 * [Note: Planes are read by the row] One plane of an image, read row by row. Everything derived from an image
 * (luma, a crop, a composite) is a view, too, so it never exists in full: the memory of a metric is a few
 * rows, whatever the image's size.
 */
export interface PlaneView extends Size {
  /** Writes row `y` (0 is the top) into the first `width` elements of `into`, on the scale 0…255. */
  readonly readRow: (y: number, into: Float64Array) => void;
}

/** Any typed array of floats that the metrics read. */
export type FloatSamples = Float32Array | Float64Array;

/**
 * A view of samples in memory.
 *
 * @param size Width and height of the plane.
 * @param samples Row-major samples; the plane starts at `offset`.
 * @returns A view that reads through to `samples`: later changes are seen.
 * @throws RangeError when `samples` is too short (our bug, not the user's).
 */
export function planeView(size: Size, samples: FloatSamples, offset = 0): PlaneView {
  const { width, height } = size;
  if (samples.length < offset + width * height) {
    throw new RangeError(
      `a ${width} × ${height} plane at ${offset} needs more than ${samples.length} samples`,
    );
  }
  return {
    width,
    height,
    readRow: (y, into) => {
      const start = offset + y * width;
      into.set(samples.subarray(start, start + width));
    },
  };
}

/** A plane whose samples all have one value. */
export function constantPlane({ width, height }: Size, value: number): PlaneView {
  return { width, height, readRow: (_y, into) => into.fill(value, 0, width) };
}

/** A view of `plane` with `transform` applied to every sample. */
export function mapPlane(plane: PlaneView, transform: (sample: number) => number): PlaneView {
  const { width, height } = plane;
  return {
    width,
    height,
    readRow: (y, into) => {
      plane.readRow(y, into);
      for (let x = 0; x < width; x++) into[x] = transform(sampleAt(into, x));
    },
  };
}

/**
 * The sample at `index`; NaN outside, so that a wrong index is visible in the result instead of looking like black.
 *
 * For one kind of array only: with two, the engine would look up the kind at every call, at three times the cost.
 */
export function sampleAt(samples: Float64Array, index: number): number {
  return samples[index] ?? Number.NaN;
}
