/** A value of a node's attribute, as TensorFlow.js reads it. */
type Attribute = Readonly<Record<string, unknown>>;

interface GraphNode {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, Attribute>>;
}

interface WeightEntry {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
}

const FLOAT = { type: 'DT_FLOAT' };
const INTEGER = { type: 'DT_INT32' };
export const CHANNELS_LAST = text('NHWC');
/** Planes of an image in the program's layout: any number of images, any size. */
const PLANAR = [-1, 3, -1, -1];

export function text(value: string): Attribute {
  return { s: Buffer.from(value).toString('base64') };
}

export function integerList(values: readonly number[]): Attribute {
  return { list: { i: values.map(String) } };
}

function shapeOf(sizes: readonly number[]): Attribute {
  return { dim: sizes.map((size) => ({ size: String(size) })) };
}

/** Builds a graph model of TensorFlow.js in memory. Methods return the name of the tensor that they make. */
export class TensorFlowGraph {
  readonly #nodes: GraphNode[] = [];
  readonly #entries: WeightEntry[] = [];
  readonly #parts: Uint8Array[] = [];
  #count = 0;

  /** An input for images, with its own name. */
  input(name: string): string {
    this.#nodes.push({ name, op: 'Placeholder', attr: { shape: { shape: shapeOf(PLANAR) }, dtype: FLOAT } });
    return name;
  }

  node(
    op: string,
    input: readonly string[],
    attr: Readonly<Record<string, Attribute>> = {},
    name = this.#newName(),
  ): string {
    this.#nodes.push({ name, op, input, attr: { T: FLOAT, ...attr } });
    return name;
  }

  floats(values: Float32Array, shape: readonly number[]): string {
    return this.#constant(values, shape, 'float32');
  }

  /** @param shape Default: a list. */
  integers(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#constant(Int32Array.from(values), shape, 'int32');
  }

  transposed(source: string, order: readonly number[], name?: string): string {
    return this.node('Transpose', [source, this.integers(order)], { Tperm: INTEGER }, name);
  }

  /** The files of the model, by name. */
  files(input: string, output: string): ReadonlyMap<string, Uint8Array> {
    const port = (name: string): Attribute => ({
      name: `${name}:0`,
      dtype: 'DT_FLOAT',
      tensorShape: shapeOf(PLANAR),
    });
    const graph = {
      format: 'graph-model',
      signature: { inputs: { [input]: port(input) }, outputs: { [output]: port(output) } },
      modelTopology: { node: this.#nodes, versions: {} },
      weightsManifest: [{ paths: ['weights.bin'], weights: this.#entries }],
    };
    return new Map([
      ['model.json', Buffer.from(JSON.stringify(graph))],
      ['weights.bin', Buffer.concat(this.#parts)],
    ]);
  }

  #newName(): string {
    return `t${this.#count++}`;
  }

  #constant(
    values: Float32Array | Int32Array,
    shape: readonly number[],
    dtype: WeightEntry['dtype'],
  ): string {
    const name = this.#newName();
    const type = dtype === 'float32' ? FLOAT : INTEGER;
    const tensor = { dtype: type.type, tensorShape: shapeOf(shape) };
    this.#nodes.push({ name, op: 'Const', attr: { dtype: type, value: { tensor } } });
    this.#entries.push({ name, shape, dtype });
    this.#parts.push(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    return name;
  }
}
