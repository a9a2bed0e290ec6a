import type { Explanation } from './orientation.ts';
import { pixelErrors } from '../metrics/pixelErrors.ts';
import type { PlaneView } from '../planes/planeView.ts';

/** Which channel of the true image stands where red, green and blue should be. */
export type ChannelOrder = 'rgb' | 'rbg' | 'grb' | 'gbr' | 'brg' | 'bgr';

const ORDERS: readonly (readonly [ChannelOrder, readonly [number, number, number]])[] = [
  ['rgb', [0, 1, 2]],
  ['rbg', [0, 2, 1]],
  ['grb', [1, 0, 2]],
  ['gbr', [1, 2, 0]],
  ['brg', [2, 0, 1]],
  ['bgr', [2, 1, 0]],
];

/**
 * How well each order of the channels matches an output, best first. A grey image has one order.
 *
 * @param reference Planes of an image in the right order.
 * @param output Planes of the output, of the same size.
 */
export function channelOrderErrors(
  reference: readonly PlaneView[],
  output: readonly PlaneView[],
): readonly Explanation<ChannelOrder>[] {
  const orders = reference.length === 3 ? ORDERS : ORDERS.slice(0, 1);
  return orders
    .map(([kind, order]) => {
      const reordered = order.flatMap((channel) => reference[channel] ?? []);
      return { kind, rmse: pixelErrors(reordered, output).rmse };
    })
    .toSorted((a, b) => a.rmse - b.rmse);
}
