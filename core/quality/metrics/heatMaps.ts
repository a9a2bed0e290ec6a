import type { FloatImage, Size } from '../../api/image.ts';
import { colourPlanes } from '../planes/colourPlanes.ts';
import { fullRangeLuma } from '../planes/luma.ts';
import { pairPlanes } from '../planes/pairPlanes.ts';
import { ssimMap } from './ssim.ts';

/** Brightness of every pixel of a map, 0…255. */
export interface HeatMap extends Size {
  readonly data: Uint8Array;
}

/** A difference of 1 level would be invisible, so levels are multiplied by this. */
const DIFFERENCE_GAIN = 12;
/** A structure of 0.75 or less has the full brightness. */
const DISSIMILARITY_GAIN = 4;
/** Mean step between neighbours, in levels, that a map shows as white. */
const GAIN_LEVELS = 6;

/**
 * Where two images of the same size differ: bright for a large difference.
 *
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function differenceMap(reference: FloatImage, output: FloatImage): HeatMap {
  const { width, height } = reference;
  const sums = new Float64Array(width * height);
  const pairs = pairPlanes(rgbOf(reference), rgbOf(output));
  const first = new Float64Array(width);
  const second = new Float64Array(width);
  for (const pair of pairs) {
    for (let y = 0; y < height; y++) {
      pair.reference.readRow(y, first);
      pair.output.readRow(y, second);
      for (let x = 0; x < width; x++) sums[y * width + x]! += Math.abs(first[x]! - second[x]!);
    }
  }
  return { width, height, data: toBrightness(sums, DIFFERENCE_GAIN / pairs.length) };
}

/**
 * Where two images of the same size differ in structure (SSIM on luma): bright where they do. The border, which no
 * window covers, has the nearest value.
 *
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function dissimilarityMap(reference: FloatImage, output: FloatImage): HeatMap {
  const { width, height } = reference;
  const map = ssimMap([fullRangeLuma(colourPlanes(reference))], [fullRangeLuma(colourPlanes(output))]);
  const margin = { x: (width - map.width) / 2, y: (height - map.height) / 2 };
  const clamp = (value: number, length: number): number =>
    Math.min(length - 1, Math.max(0, Math.floor(value)));
  const values = Float64Array.from({ length: width * height }, (_, index) => {
    const x = clamp((index % width) - margin.x, map.width);
    const y = clamp(Math.floor(index / width) - margin.y, map.height);
    return 1 - map.data[y * map.width + x]!;
  });
  return { width, height, data: toBrightness(values, 255 * DISSIMILARITY_GAIN) };
}

/**
 * Where an output has more fine contrast than the bicubic enlargement: bright where much was added.
 *
 * @param bicubic Of the output's size.
 * @param size Of the map.
 * @throws EnlargerError `metrics/size-mismatch` when the sizes differ.
 */
export function gainMap(bicubic: FloatImage, output: FloatImage, size: Size): HeatMap {
  const sums = new Float64Array(size.width * size.height);
  const counts = new Float64Array(sums.length);
  const pairs = pairPlanes([fullRangeLuma(colourPlanes(bicubic))], [fullRangeLuma(colourPlanes(output))]);
  for (const pair of pairs) {
    const { width, height } = pair.output;
    const plain = new Float64Array(width);
    const detailed = new Float64Array(width);
    for (let y = 0; y < height; y++) {
      pair.reference.readRow(y, plain);
      pair.output.readRow(y, detailed);
      const firstCell = Math.floor((y * size.height) / height) * size.width;
      for (let x = 1; x < width; x++) {
        const cell = firstCell + Math.floor((x * size.width) / width);
        sums[cell]! += Math.abs(detailed[x]! - detailed[x - 1]!) - Math.abs(plain[x]! - plain[x - 1]!);
        counts[cell]!++;
      }
    }
  }
  const means = sums.map((sum, cell) => sum / Math.max(1, counts[cell]!));
  return { ...size, data: toBrightness(means, 255 / GAIN_LEVELS) };
}

function rgbOf(image: FloatImage): ReturnType<typeof colourPlanes> {
  const planes = colourPlanes(image);
  const [grey] = planes;
  return planes.length === 1 && grey !== undefined ? [grey, grey, grey] : planes;
}

function toBrightness(values: Float64Array, gain: number): Uint8Array {
  return Uint8Array.from(values, (value) => Math.min(255, Math.max(0, Math.round(value * gain))));
}
