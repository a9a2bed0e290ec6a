import { unreadable } from '../refusal.ts';
import type { Weights } from '../stateDict.ts';

/** A convolution in double precision, so that folding several into one loses nothing. */
interface Kernel {
  readonly outputs: number;
  readonly inputs: number;
  readonly sidePx: number;
  readonly values: Float64Array;
  readonly bias: Float64Array;
}

function kernelOf({ shape, data }: Weights, bias: Weights | undefined): Kernel {
  const [outputs = 0, inputs = 0, sidePx = 1] = shape;
  return {
    outputs,
    inputs,
    sidePx,
    values: Float64Array.from(data),
    bias: bias === undefined ? new Float64Array(outputs) : Float64Array.from(bias.data),
  };
}

/** The convolution that does what `first` and then `second` do; at most one of them is larger than 1 × 1. */
function compose(first: Kernel, second: Kernel): Kernel {
  if (first.outputs !== second.inputs || (first.sidePx > 1 && second.sidePx > 1)) {
    throw unreadable('the convolutions of a layer do not fit each other');
  }
  const sidePx = Math.max(first.sidePx, second.sidePx);
  const area = sidePx ** 2;
  const [firstArea, secondArea] = [first.sidePx ** 2, second.sidePx ** 2];
  const values = new Float64Array(second.outputs * first.inputs * area);
  const bias = Float64Array.from(second.bias);
  /** Adds one weight of the second times all weights of the first that lead to it. */
  const addPath = (output: number, middle: number, place: number): void => {
    const weight = second.values[(output * second.inputs + middle) * secondArea + place]!;
    bias[output]! += weight * first.bias[middle]!;
    for (let index = 0; index < first.inputs * firstArea; index++) {
      const input = Math.floor(index / firstArea);
      // One of the two is 1 × 1, so the place in the other one counts.
      const at = firstArea === 1 ? place : index % firstArea;
      values[(output * first.inputs + input) * area + at]! +=
        weight * first.values[middle * first.inputs * firstArea + index]!;
    }
  };
  for (let output = 0; output < second.outputs; output++) {
    for (let middle = 0; middle < second.inputs; middle++) {
      for (let place = 0; place < secondArea; place++) addPath(output, middle, place);
    }
  }
  return { outputs: second.outputs, inputs: first.inputs, sidePx, values, bias };
}

/** Adds a 1 × 1 convolution in the middle of a 3 × 3 one. */
function addCentre(target: Kernel, centre: Kernel): Kernel {
  if (target.outputs !== centre.outputs || target.inputs !== centre.inputs || centre.sidePx !== 1) {
    throw unreadable('the shortcut of a layer does not fit it');
  }
  const values = Float64Array.from(target.values);
  const area = target.sidePx ** 2;
  for (const [index, value] of centre.values.entries()) values[index * area + (area >> 1)]! += value;
  return { ...target, values, bias: target.bias.map((value, index) => value + centre.bias[index]!) };
}

interface Layer {
  readonly kernel: Weights;
  readonly bias: Weights | undefined;
}

/**
 * Folds a chain of convolutions, of which all but one are 1 × 1, and a parallel 1 × 1 shortcut into one. The chain
 * was trained without zeros at its borders inside: padding comes before all of it, which is what one convolution with
 * padding does too.
 */
export function collapse(chain: readonly Layer[], shortcut: Layer): { kernel: Weights; bias: Weights } {
  const [first, ...rest] = chain.map(({ kernel, bias }) => kernelOf(kernel, bias));
  if (first === undefined) throw new TypeError('A chain has at least one convolution.');
  const folded = rest.reduce(compose, first);
  const { outputs, inputs, sidePx, values, bias } = addCentre(
    folded,
    kernelOf(shortcut.kernel, shortcut.bias),
  );
  return {
    kernel: { shape: [outputs, inputs, sidePx, sidePx], data: Float32Array.from(values) },
    bias: { shape: [outputs], data: Float32Array.from(bias) },
  };
}
