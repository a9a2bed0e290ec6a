import { rgbPlanes } from '../planes/colourPlanes.ts';
import type { ComparedPlanes } from './comparedPlanes.ts';
import type { PlaneView } from '../planes/planeView.ts';

/** A network's features at one depth: channel after channel, of unit length at every position, times a weight. */
export interface FeatureMap {
  readonly channels: number;
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Red, green and blue of a window, plane after plane, 0…1. */
export interface RgbWindow {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** Runs the network on a window: one map for each depth, the finest first. */
export type FeatureReader = (window: RgbWindow) => Promise<readonly FeatureMap[]>;

/** Side of the windows in which large images are read; memory does not grow with the image. */
const WINDOW_PX = 256;

/**
 * How different two images look to a small network that was trained to recognise things: the sum over its depths of
 * the mean over all places of the squared difference of features. Similar to Zhang et al., "The unreasonable
 * effectiveness of deep features as a perceptual metric", CVPR 2018, but with another network, weights and unit:
 * its values are comparable only with each other.
 *
 * @returns 0 for equal images; 1 is the mean distance of a JPEG of quality 8.
 */
export async function featureDistance(planes: ComparedPlanes, read: FeatureReader): Promise<number> {
  const reference = rgbPlanes(planes.reference);
  const output = rgbPlanes(planes.output);
  const { width, height } = reference[0];
  const sums: number[] = [];
  const places: number[] = [];
  for (let y = 0; y < height; y += WINDOW_PX) {
    for (let x = 0; x < width; x += WINDOW_PX) {
      const size = { width: Math.min(WINDOW_PX, width - x), height: Math.min(WINDOW_PX, height - y) };
      const first = await read(cutWindow(reference, { x, y, ...size }));
      const second = await read(cutWindow(output, { x, y, ...size }));
      first.forEach((map, depth) => {
        sums[depth] = (sums[depth] ?? 0) + squaredDifference(map, second[depth]!);
        places[depth] = (places[depth] ?? 0) + map.width * map.height;
      });
    }
  }
  return sums.reduce((total, sum, depth) => total + sum / places[depth]!, 0);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function cutWindow(planes: readonly PlaneView[], { x, y, width, height }: Place): RgbWindow {
  const data = new Float32Array(planes.length * width * height);
  const row = new Float64Array(planes[0]!.width);
  planes.forEach((plane, channel) => {
    for (let offset = 0; offset < height; offset++) {
      plane.readRow(y + offset, row);
      const start = (channel * height + offset) * width;
      for (let column = 0; column < width; column++) data[start + column] = row[x + column]! / 255;
    }
  });
  return { width, height, data };
}

function squaredDifference(first: FeatureMap, second: FeatureMap): number {
  let sum = 0;
  for (let index = 0; index < first.data.length; index++) {
    const difference = first.data[index]! - second.data[index]!;
    sum += difference * difference;
  }
  return sum;
}
