import type { OnnxGraph, OnnxOperator, OnnxWeights } from './onnxFile.ts';

/** A convolution that divides the size by its stride, the kind that this program's networks use. */
export interface Convolution {
  readonly input: string;
  readonly output: string;
  /** (outputs, inputs per group, side, side). */
  readonly kernel: OnnxWeights;
  /** Also undefined if the stored bias is all zeros: it then comes from the export, not from the network. */
  readonly bias: OnnxWeights | undefined;
  readonly dilation: number;
  /** Distance between output pixels, in pixels of the input. */
  readonly stride: number;
  readonly groups: number;
  /** Zeros above and to the left of the image; a kernel that is not centred has others below and to the right. */
  readonly pads: { readonly topPx: number; readonly leftPx: number };
}

function settingOf(operator: OnnxOperator, name: string, fallback: number): number {
  const [first, ...rest] = operator.numbers.get(name) ?? [fallback];
  if (first === undefined || rest.some((other) => other !== first)) {
    throw new Error(
      `${operator.type} has the setting ${name} = ${operator.numbers.get(name)?.join(', ') ?? ''}`,
    );
  }
  return first;
}

/** @throws Error if the output has another size than the input's divided by the stride. */
function readPads(
  operator: OnnxOperator,
  {
    sidePx,
    dilation,
    stride,
  }: { readonly sidePx: number; readonly dilation: number; readonly stride: number },
): Convolution['pads'] {
  const [topPx = 0, leftPx = 0, bottomPx = 0, rightPx = 0] = operator.numbers.get('pads') ?? [];
  const neededPx = dilation * (sidePx - 1) + 1 - stride;
  if (topPx + bottomPx !== neededPx || leftPx + rightPx !== neededPx) {
    const wanted = stride === 1 ? 'keep the size' : `divide the size by its stride ${String(stride)}`;
    throw new Error(`a convolution of ${String(sidePx)} × ${String(sidePx)} does not ${wanted}`);
  }
  return { topPx, leftPx };
}

/**
 * Reads one `Conv`.
 *
 * @throws Error if its padding does not fit, its sides differ, or the graph computes its weights.
 */
export function readConvolution(operator: OnnxOperator, { weights }: OnnxGraph): Convolution {
  const [input, kernelName, biasName] = operator.inputs;
  const kernel = weights.get(kernelName ?? '');
  const [output] = operator.outputs;
  if (input === undefined || output === undefined || kernel?.shape.length !== 4) {
    throw new Error('a convolution has no stored kernel');
  }
  const [sidePx, otherSidePx] = kernel.shape.slice(2);
  const dilation = settingOf(operator, 'dilations', 1);
  if (sidePx === undefined || sidePx !== otherSidePx) {
    throw new Error(`a convolution of ${kernel.shape.join(' × ')} has sides that differ`);
  }
  const stride = settingOf(operator, 'strides', 1);
  const bias = weights.get(biasName ?? '');
  const hasBias = bias?.data.some((value) => value !== 0);
  return {
    input,
    output,
    kernel,
    bias: hasBias ? bias : undefined,
    dilation,
    stride,
    groups: settingOf(operator, 'group', 1),
    pads: readPads(operator, { sidePx, dilation, stride }),
  };
}

/** The enlargement of a `DepthToSpace`, and whether its channels are ordered sub-pixel first. */
export function readShuffle(operator: OnnxOperator): { scale: number; isSubPixelFirst: boolean } {
  const mode = operator.texts.get('mode') ?? 'DCR';
  return { scale: settingOf(operator, 'blocksize', 1), isSubPixelFirst: mode === 'DCR' };
}

/** The inputs of an operator that are computed by others, and not stored. */
export function imageInputs(operator: OnnxOperator, { weights }: OnnxGraph): string[] {
  return operator.inputs.filter((name) => name !== '' && !weights.has(name));
}
