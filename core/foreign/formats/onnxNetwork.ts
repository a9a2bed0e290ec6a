import type { OnnxGraph, OnnxNode, OnnxValue } from '../../onnx/onnxGraph.ts';
import { readOnnx, type OnnxFile, type ReadOnnxOptions } from '../../onnx/readOnnx.ts';
import type { ForeignNetwork, NetworkVariant, ValueRange } from '../architectures/architecture.ts';
import { INPUT_NAME, OUTPUT_NAME } from '../graphBuilder.ts';
import { kindOfGraph } from '../kindOfGraph.ts';
import { Refusal, refusingFormat, unreadable } from '../refusal.ts';
import { widenHalves } from './widenHalves.ts';

/** Operator sets that are part of ONNX Runtime; others would be third-party code. */
const KNOWN_DOMAINS = new Set(['', 'com.microsoft', 'ai.onnx.ml']);

/** Ranges that networks are trained on, the likeliest first. */
const RANGES: readonly ValueRange[] = [
  { black: 0, white: 1 },
  { black: 0, white: 255 },
  { black: -1, white: 1 },
];

const FLOAT = 1;
const UINT8 = 2;

const MIN_HEIGHT_PX = 16;

type Layout = 'NCHW' | 'NHWC';

/** Checks that every node follows those that compute its inputs, so that there are no cycles. */
function assertOrdered({ nodes, constants, inputs }: OnnxFile): void {
  const made = new Set(['', ...constants.map(({ name }) => name), ...inputs.map(({ name }) => name)]);
  for (const { operator, domain = '', inputs: needed, outputs } of nodes) {
    if (!KNOWN_DOMAINS.has(domain)) {
      throw new Refusal(
        'model/unsupported',
        `The network uses "${operator}" of "${domain.slice(0, 100)}", an operator that is not standard.`,
      );
    }
    for (const name of needed) {
      if (!made.has(name))
        throw unreadable(`${operator} takes "${name.slice(0, 100)}", which nothing before it makes`);
    }
    for (const name of outputs) {
      if (name !== '' && made.has(name)) throw unreadable(`"${name.slice(0, 100)}" is computed twice`);
      made.add(name);
    }
  }
}

function singleImage(values: readonly OnnxValue[], what: string): OnnxValue {
  const [first] = values;
  if (first !== undefined && values.length === 1) return first;
  const names = values.map(({ name }) => `"${name.slice(0, 50)}"`).join(', ') || 'none';
  throw new Refusal(
    'model/unsupported',
    `The network has ${values.length} ${what}s (${names}); only networks with one image in and one out are supported.`,
  );
}

/** Layouts that an input's sizes allow, the likeliest first. */
function layoutsOf({ dims, name }: OnnxValue): Layout[] {
  if (dims.length !== 4) {
    throw new Refusal('model/unsupported', `The input "${name}" has ${dims.length} axes; an image has 4.`);
  }
  const isImage = (size: number | string | undefined): boolean => size === 3 || size === 1;
  const [, second, , fourth] = dims;
  if (isImage(second)) return ['NCHW'];
  if (isImage(fourth)) return ['NHWC'];
  if (second === '?' && fourth === '?') return ['NCHW', 'NHWC'];
  if (second === '?') return ['NCHW'];
  // An axis this short contains channels.
  if (fourth === '?' && typeof second === 'number' && second >= MIN_HEIGHT_PX) return ['NHWC'];
  throw new Refusal(
    'model/unsupported',
    `The network takes ${dims.join(' × ')} values; images have 3 channels.`,
  );
}

/** The size in the file, if it has one. */
function fixedSize({ dims }: OnnxValue, layout: Layout): NetworkVariant['fixedPx'] {
  const [height, width] = layout === 'NCHW' ? dims.slice(2) : dims.slice(1);
  return typeof height === 'number' && typeof width === 'number' ? { width, height } : undefined;
}

/** Nodes between our image and the network's own input, or between its output and ours. */
class Adapter {
  readonly nodes: OnnxNode[] = [];
  readonly constants: { name: string; dims: number[]; data: Float32Array }[] = [];
  readonly #prefix: string;
  #count = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  node(operator: string, inputs: string[], attributes: OnnxNode['attributes'] = {}): string {
    const output = `${this.#prefix}${this.#count++}`;
    this.nodes.push({ operator, inputs, outputs: [output], attributes });
    return output;
  }

  arithmetic(operator: string, input: string, value: number): string {
    const name = `${this.#prefix}${this.#count++}`;
    this.constants.push({ name, dims: [], data: Float32Array.of(value) });
    return this.node(operator, [input, name]);
  }

  /** Brings values from one range to another. */
  mapRange(input: string, from: ValueRange, to: ValueRange): string {
    const factor = (to.white - to.black) / (from.white - from.black);
    const shift = to.black - from.black * factor;
    const scaled = factor === 1 ? input : this.arithmetic('Mul', input, factor);
    return shift === 0 ? scaled : this.arithmetic('Add', scaled, shift);
  }

  rename(input: string, name: string): void {
    this.nodes.push({ operator: 'Identity', inputs: [input], outputs: [name] });
  }
}

interface Adaptation {
  readonly layout: Layout;
  readonly isGrey: boolean;
  readonly fixedPx: NetworkVariant['fixedPx'];
}

function adapt(
  file: OnnxFile,
  range: ValueRange | undefined,
  { layout, isGrey, fixedPx }: Adaptation,
): OnnxGraph {
  const input = singleImage(file.inputs, 'input');
  const output = singleImage(file.outputs, 'output');
  const [before, after] = [new Adapter('enlarger_in_'), new Adapter('enlarger_out_')];
  const unit = { black: 0, white: 1 };
  const planes = { perm: [1, 0, 2, 3] };
  let image = isGrey ? before.node('Transpose', [INPUT_NAME], planes) : INPUT_NAME;
  if (range !== undefined) image = before.mapRange(image, unit, range);
  if (layout === 'NHWC') image = before.node('Transpose', [image], { perm: [0, 2, 3, 1] });
  if (input.type === 'uint8') image = before.node('Cast', [before.node('Round', [image])], { to: UINT8 });
  before.rename(image, 'enlarger_network_input');
  let made = 'enlarger_network_output';
  if (output.type !== 'float32') made = after.node('Cast', [made], { to: FLOAT });
  if (layout === 'NHWC') made = after.node('Transpose', [made], { perm: [0, 3, 1, 2] });
  if (range !== undefined) made = after.mapRange(made, range, unit);
  if (isGrey) made = after.node('Transpose', [made], planes);
  after.rename(made, OUTPUT_NAME);
  const names = new Map([
    [input.name, 'enlarger_network_input'],
    [output.name, 'enlarger_network_output'],
  ]);
  // The file's own input and output are renamed, so that they cannot clash with ours.
  const own = (name: string): string => names.get(name) ?? (name === '' ? '' : `n_${name}`);
  const nodes = file.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(own),
    outputs: node.outputs.map(own),
  }));
  return {
    nodes: [...before.nodes, ...nodes, ...after.nodes],
    constants: [
      ...before.constants,
      ...file.constants.map((each) => ({ ...each, name: own(each.name) })),
      ...after.constants,
    ],
    input: { name: INPUT_NAME, dims: ['batch', 3, fixedPx?.height ?? 'height', fixedPx?.width ?? 'width'] },
    output: { name: OUTPUT_NAME, dims: ['batch', 3, 'enlarged height', 'enlarged width'] },
    operatorSets: file.operatorSets,
  };
}

function variantsOf(file: OnnxFile): NetworkVariant[] {
  const input = singleImage(file.inputs, 'input');
  const output = singleImage(file.outputs, 'output');
  const ranges = input.type === 'uint8' || output.type === 'uint8' ? RANGES.slice(1, 2) : RANGES;
  return layoutsOf(input).flatMap((layout) => {
    const isGrey = input.dims[layout === 'NCHW' ? 1 : 3] === 1;
    const fixedPx = fixedSize(input, layout);
    const variant = (size: NetworkVariant['fixedPx'], what: string): NetworkVariant => ({
      what,
      ranges,
      graph: (range) => adapt(file, range, { layout, isGrey, fixedPx: size }),
      ...(size !== undefined && { fixedPx: size }),
    });
    // The size in the file is often just that of the example used for the export.
    const fixed =
      fixedPx === undefined
        ? []
        : [variant(fixedPx, `${layout}, ${fixedPx.width} × ${fixedPx.height} px only`)];
    return [variant(undefined, layout), ...fixed];
  });
}

/**
 * Reads a network in ONNX's form, of any version, layout and range. The weights of 16-bit networks stay as they are
 * and the arithmetic becomes 32-bit, which is what processors do anyway.
 *
 * @throws Refusal
 */
export function readOnnxNetwork(bytes: Buffer, options: ReadOnnxOptions = {}): ForeignNetwork {
  const read = refusingFormat(() => readOnnx(bytes, options));
  assertOrdered(read);
  const file = widenHalves(read);
  const variants = variantsOf(file);
  const first = variants[0]?.graph();
  if (first === undefined) throw new TypeError('A network has at least one variant.');
  const convolutions = file.nodes.filter(({ operator }) => /^Conv/.test(operator)).length;
  return {
    architecture: kindOfGraph(first) ?? 'network of its own kind',
    layers: `${file.nodes.length} operators, ${convolutions} of them convolutions`,
    variants,
    multiplePx: 1,
  };
}
