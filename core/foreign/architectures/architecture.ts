import type { OnnxGraph } from '../../onnx/onnxGraph.ts';
import { Refusal } from '../refusal.ts';
import type { GraphBuilder } from '../graphBuilder.ts';
import type { StateDict } from '../stateDict.ts';

/** Values that stand for black and white. */
export interface ValueRange {
  readonly black: number;
  readonly white: number;
}

const UNIT_RANGE: ValueRange = { black: 0, white: 1 };

/** One way to interpret a file; running them shows which is right. */
export interface NetworkVariant {
  /** What distinguishes it, e.g. `NHWC`; empty if there is only one. */
  readonly what: string;
  /** Ranges that its values may have, the likeliest first. */
  readonly ranges: readonly ValueRange[];
  /** The graph as it is, or with values of 0…1 on both sides where the network has another range. */
  readonly graph: (range?: ValueRange) => OnnxGraph;
  /** The only size that it accepts. */
  readonly fixedPx?: { readonly width: number; readonly height: number };
}

/** A network that was understood. */
export interface ForeignNetwork {
  /** The usual name of its architecture, e.g. `SPAN`. */
  readonly architecture: string;
  /** Its layers in a few words, e.g. `23 blocks, 64 channels`. */
  readonly layers: string;
  /** At least one, the likeliest first. */
  readonly variants: readonly NetworkVariant[];
  /** Sides of the image have to be multiples of this, as far as is known before it is run. */
  readonly multiplePx: number;
}

/** A graph that was built from weights, so its layout and range are known. */
export function stateVariant(graph: OnnxGraph): NetworkVariant {
  return { what: '', ranges: [UNIT_RANGE], graph: () => graph };
}

/** A kind of network that is recognised by the names of its weights. */
export interface Architecture {
  readonly name: string;
  readonly recognise: (tensors: StateDict) => boolean;
  /** @throws Refusal */
  readonly build: (tensors: StateDict) => ForeignNetwork;
}

/** Runs each plane of an image separately through a network for grey images. */
export function eachPlane(
  builder: GraphBuilder,
  input: string,
  channels: number,
  run: (plane: string) => string,
): string {
  if (channels === 3) return run(input);
  if (channels !== 1) {
    throw new Refusal(
      'model/unsupported',
      `The network takes images of ${channels} channels; 1 and 3 are supported.`,
    );
  }
  const exchange = { perm: [1, 0, 2, 3] };
  // Planes become a batch. One image at a time is run, so that three planes are returned.
  const planes = builder.node('Transpose', [input], exchange);
  return builder.node('Transpose', [run(planes)], exchange);
}
