import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import type { OnnxConstant, OnnxNode, OnnxValue } from '../../core/onnx/onnxGraph.ts';
import { writeOnnx } from '../../core/onnx/writeOnnx.ts';

const FIXTURES = fileURLToPath(new URL('../fixtures/foreign/', import.meta.url));

/** A file that must be refused: its files by name, the first one to be added, and the codes that fit. */
export interface HostileNetwork {
  readonly what: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly code:
    'model/unreadable' | 'model/unsafe' | 'model/too-large' | 'model/unsupported' | 'model/not-proven';
}

function fixture(name: string): Buffer {
  return readFileSync(path.join(FIXTURES, name));
}

function zip(entries: Readonly<Record<string, Buffer>>, damage: { crc?: boolean } = {}): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let at = 0;
  for (const [name, data] of Object.entries(entries)) {
    const crc = zlib.crc32(data) ^ (damage.crc ? 1 : 0);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt32LE(crc >>> 0, 16);
    central.writeUInt32LE(data.length, 20);
    central.writeUInt32LE(data.length, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(at, 42);
    locals.push(local, Buffer.from(name), data);
    centrals.push(central, Buffer.from(name));
    at += 30 + name.length + data.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...locals, directory, end]);
}

const text = (value: string): Buffer =>
  Buffer.concat([Buffer.from([0x58, value.length, 0, 0, 0]), Buffer.from(value)]);
const name = (module: string, attribute: string): Buffer => Buffer.from(`c${module}\n${attribute}\n`);
const bytes = (...values: readonly number[]): Buffer => Buffer.from(values);
const whole = (value: number): Buffer => {
  const made = Buffer.alloc(5);
  made[0] = 0x4a;
  made.writeInt32LE(value, 1);
  return made;
};
const pickle = (...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([bytes(0x80, 2), ...parts, bytes(0x2e)]);
const pth = (content: Buffer, more: Readonly<Record<string, Buffer>> = {}): Record<string, Uint8Array> => ({
  'network.pth': zip({ 'archive/data.pkl': content, ...more }),
});

/** `{name: tensor}` where the tensor has this size, stride and offset in a storage of `count` floats. */
function tensorPickle(
  tensorName: string,
  shape: readonly number[],
  view: { stride?: readonly number[]; offset?: number; count?: number; key?: string } = {},
): Buffer {
  const { stride = shape.map(() => 1), offset = 0, count = 4, key = '0' } = view;
  const tuple = (values: readonly number[]): Buffer =>
    Buffer.concat([bytes(0x28), ...values.map(whole), bytes(0x74)]);
  return pickle(
    bytes(0x7d),
    text(tensorName),
    name('torch._utils', '_rebuild_tensor_v2'),
    bytes(0x28, 0x28),
    ...[
      text('storage'),
      name('torch', 'FloatStorage'),
      text(key),
      text('cpu'),
      whole(count),
      bytes(0x74, 0x51),
    ],
    ...[whole(offset), tuple(shape), tuple(stride), bytes(0x89), bytes(0x7d), bytes(0x74, 0x52, 0x73)],
  );
}

function picklesWithCode(): HostileNetwork[] {
  const globals: readonly (readonly [string, string])[] = [
    ['os', 'system'],
    ['posix', 'system'],
    ['nt', 'system'],
    ['builtins', 'eval'],
    ['builtins', 'exec'],
    ['__builtin__', 'getattr'],
    ['subprocess', 'Popen'],
    ['subprocess', 'check_output'],
    ['runpy', '_run_code'],
    ['importlib', 'import_module'],
    ['torch.hub', 'load'],
    ['torch', 'load'],
    ['numpy.core.multiarray', '_reconstruct'],
    ['collections', 'OrderedDict.__init__'],
    ['torch.storage', '_load_from_bytes'],
    ['torch.nn.modules.conv', 'Conv2d'],
  ];
  return globals.map(([module, attribute]) => ({
    what: `a pickle that asks for ${module}.${attribute}`,
    files: pth(pickle(name(module, attribute), text('echo attacked'), bytes(0x85, 0x52))),
    code: 'model/unsafe',
  }));
}

function picklesWithOpcodes(): HostileNetwork[] {
  const opcodes: readonly (readonly [string, Buffer])[] = [
    ['INST', Buffer.concat([bytes(0x28), Buffer.from('ios\nsystem\n')])],
    ['OBJ', bytes(0x28, 0x6f)],
    ['NEWOBJ', bytes(0x29, 0x29, 0x81)],
    ['NEWOBJ_EX', bytes(0x29, 0x29, 0x29, 0x92)],
    ['EXT1', bytes(0x82, 1)],
    ['EXT4', bytes(0x84, 1, 0, 0, 0)],
    ['PERSID', Buffer.from('Pfile\n')],
    ['BUILD on a number', bytes(0x4b, 1, 0x7d, 0x62)],
    ['REDUCE of a number', bytes(0x4b, 1, 0x29, 0x52)],
    ['BYTEARRAY8', bytes(0x96, 0, 0, 0, 0, 0, 0, 0, 0x7f)],
    ['NEXT_BUFFER', bytes(0x97)],
  ];
  return opcodes.map(([what, code]) => ({
    what: `a pickle with ${what}`,
    files: pth(pickle(code)),
    code: 'model/unsafe',
  }));
}

function damagedPickles(): HostileNetwork[] {
  const good = fixture('compact.pth');
  const legacy = fixture('compact-legacy.pth');
  const cut = (file: Buffer, share: number): Buffer => file.subarray(0, Math.floor(file.length * share));
  const cases: readonly (readonly [string, Record<string, Uint8Array>, HostileNetwork['code']])[] = [
    ['a ZIP without its end', { 'network.pth': cut(good, 0.9) }, 'model/unreadable'],
    ['half a ZIP', { 'network.pth': cut(good, 0.5) }, 'model/unreadable'],
    ['a ZIP of four bytes', { 'network.pth': good.subarray(0, 4) }, 'model/unreadable'],
    [
      'a ZIP with wrong checksums',
      { 'network.pth': zip({ 'archive/data.pkl': pickle(bytes(0x7d)) }, { crc: true }) },
      'model/unreadable',
    ],
    [
      'a ZIP without a pickle',
      { 'network.pth': zip({ 'archive/readme': Buffer.from('hello') }) },
      'model/unreadable',
    ],
    [
      'TorchScript',
      pth(pickle(bytes(0x7d)), {
        'archive/code/net.py': Buffer.from('import os'),
        'archive/constants.pkl': pickle(bytes(0x29)),
      }),
      'model/unsupported',
    ],
    ['half an old file', { 'network.pth': cut(legacy, 0.5) }, 'model/unreadable'],
    ['an old file without its last values', { 'network.pth': cut(legacy, 0.99) }, 'model/unreadable'],
    ['a bare pickle', { 'network.pth': pickle(bytes(0x7d)) }, 'model/unreadable'],
    ['a pickle that recalls what it never kept', pth(pickle(bytes(0x68, 9))), 'model/unreadable'],
    ['a pickle that takes from an empty stack', pth(pickle(bytes(0x75))), 'model/unreadable'],
    ['a pickle of a list', pth(pickle(bytes(0x5d))), 'model/unsupported'],
    [
      'a tensor whose size overflows',
      pth(tensorPickle('w', [2147483647, 2147483647, 2147483647])),
      'model/too-large',
    ],
    [
      'a tensor of many views of one value',
      pth(tensorPickle('w', [65536, 65536], { stride: [0, 0] })),
      'model/too-large',
    ],
    ['a tensor beyond its values', pth(tensorPickle('w', [3, 3], { offset: 2 })), 'model/unreadable'],
    ['a tensor with a negative size', pth(tensorPickle('w', [-4])), 'model/unreadable'],
    [
      'values outside the archive',
      pth(tensorPickle('body.0.weight', [4], { key: '../../../etc/passwd' })),
      'model/unsupported',
    ],
    ['a name of ten thousand letters', pth(tensorPickle('w', [4])), 'model/unsupported'],
  ];
  return cases.map(([what, files, code]) => ({ what, files, code }));
}

function safetensors(header: unknown, data = Buffer.alloc(16)): Record<string, Uint8Array> {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return { 'network.safetensors': Buffer.concat([length, json, data]) };
}

function hostileSafetensors(): HostileNetwork[] {
  const entry = (shape: readonly number[], offsets: readonly number[], dtype = 'F32'): object => ({
    dtype,
    shape,
    data_offsets: offsets,
  });
  const million = Object.fromEntries(
    Array.from({ length: 30_000 }, (_, index) => [`t${index}`, entry([0], [0, 0])]),
  );
  const huge = Buffer.alloc(24);
  huge.writeBigUInt64LE(2n ** 60n);
  huge.write('{"', 8);
  const cases: readonly (readonly [string, Record<string, Uint8Array>, HostileNetwork['code']])[] = [
    ['a header of 2⁶⁰ bytes', { 'network.safetensors': huge }, 'model/unreadable'],
    ['a header that is not JSON', safetensors('{"w":'), 'model/unreadable'],
    ['a tensor beyond the file', safetensors({ w: entry([100], [0, 400]) }), 'model/unreadable'],
    ['a tensor whose bytes do not fit its size', safetensors({ w: entry([3], [0, 16]) }), 'model/unreadable'],
    [
      'a size that overflows',
      safetensors({ w: entry([4294967296, 4294967296], [0, 16]) }),
      'model/too-large',
    ],
    ['a negative offset', safetensors({ w: entry([4], [-16, 0]) }), 'model/unreadable'],
    ['an unknown type', safetensors({ w: entry([4], [0, 16], 'F4') }), 'model/unreadable'],
    ['thirty thousand tensors', safetensors(million), 'model/too-large'],
    [
      'weights of an unknown network',
      safetensors({ '../../evil': entry([4], [0, 16]) }),
      'model/unsupported',
    ],
    ['weights that are not numbers', nanWeights(), 'model/not-proven'],
  ];
  return cases.map(([what, files, code]) => ({ what, files, code }));
}

function nanWeights(): Record<string, Uint8Array> {
  const file = Buffer.from(fixture('compact.safetensors'));
  const start = 8 + Number(file.readBigUInt64LE(0));
  file.writeFloatLE(NaN, start + 400);
  return { 'network.safetensors': file };
}

function hostileNcnn(): HostileNetwork[] {
  const param = fixture('compact.param').toString('utf8');
  const bin = fixture('compact.bin');
  const pair = (layers: string, weights: Buffer = bin): Record<string, Uint8Array> => ({
    'network.param': Buffer.from(layers),
    'network.bin': weights,
  });
  const cases: readonly (readonly [string, Record<string, Uint8Array>, HostileNetwork['code']])[] = [
    ['layers without weights', { 'network.param': Buffer.from(param) }, 'model/unreadable'],
    ['weights that are cut short', pair(param, bin.subarray(0, 5000)), 'model/unreadable'],
    ['weights that are left over', pair(param, Buffer.concat([bin, Buffer.alloc(8)])), 'model/unreadable'],
    ['more layers than announced', pair(`${param}Relu r 0 0\n`), 'model/unreadable'],
    [
      'layers in a circle',
      pair('7767517\n3 3\nInput i 0 1 a\nReLU r 1 1 c b\nReLU s 1 1 b c\n', Buffer.alloc(0)),
      'model/unreadable',
    ],
    [
      'a layer of its own',
      pair('7767517\n2 2\nInput i 0 1 a\nSpawnShell r 1 1 a b\n', Buffer.alloc(0)),
      'model/unsupported',
    ],
    [
      'a kernel of a billion',
      pair('7767517\n2 2\nInput i 0 1 a\nConvolution r 1 1 a b 0=3 1=3 6=999999999\n', Buffer.alloc(4)),
      'model/unreadable',
    ],
    [
      '8-bit weights',
      pair(
        '7767517\n2 2\nInput i 0 1 a\nConvolution r 1 1 a b 0=3 1=1 6=9\n',
        Buffer.from([0x38, 0x4b, 0x0d, 0, 0, 0, 0, 0]),
      ),
      'model/unsupported',
    ],
  ];
  return cases.map(([what, files, code]) => ({ what, files, code }));
}

const image = (id: string, dims: OnnxValue['dims'] = ['n', 3, 'h', 'w']): OnnxValue => ({ name: id, dims });

function onnx(
  nodes: readonly OnnxNode[],
  constants: readonly OnnxConstant[] = [],
  input = image('x'),
): Record<string, Uint8Array> {
  return { 'network.onnx': writeOnnx({ nodes, constants, input, output: image('y', ['n', 3, 'H', 'W']) }) };
}

function numbers(id: string, ...values: readonly number[]): OnnxConstant {
  return { name: id, dims: [values.length], data: Float32Array.from(values) };
}

function resize(down: number, across: number): Record<string, Uint8Array> {
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
  return onnx(
    [{ operator: 'Resize', inputs: ['x', '', 's'], outputs: ['y'], attributes }],
    [numbers('s', 1, 1, down, across)],
  );
}

function hostileOnnx(): HostileNetwork[] {
  const same = { operator: 'Identity', inputs: ['x'], outputs: ['y'] };
  const external = Buffer.from(fixture('compact-external.onnx'));
  const outside = Buffer.from(
    external.toString('latin1').replaceAll('compact-external.data', '../../../../etc/passwd'),
    'latin1',
  );
  const cases: readonly (readonly [string, Record<string, Uint8Array>, HostileNetwork['code']])[] = [
    ['weights in a file that is not there', { 'network.onnx': external }, 'model/unsafe'],
    ['weights in a file outside', { 'network.onnx': outside }, 'model/unreadable'],
    ['half a file', { 'network.onnx': fixture('compact.onnx').subarray(0, 8000) }, 'model/unreadable'],
    [
      'operators in a circle',
      onnx([
        { operator: 'Relu', inputs: ['b'], outputs: ['a'] },
        { operator: 'Relu', inputs: ['a'], outputs: ['b'] },
        same,
      ]),
      'model/unreadable',
    ],
    [
      "an operator of somebody's own",
      onnx([{ ...same, domain: 'evil.example', operator: 'Run' }]),
      'model/unsupported',
    ],
    ['an operator that nobody knows', onnx([{ ...same, operator: 'Launch' }]), 'model/unsupported'],
    ['four channels', onnx([same], [], image('x', ['n', 4, 'h', 'w'])), 'model/unsupported'],
    ['three axes', onnx([same], [], image('x', [3, 'h', 'w'])), 'model/unsupported'],
    ['a scale of 1.5', resize(1.5, 1.5), 'model/not-proven'],
    ['another scale on each axis', resize(2, 4), 'model/not-proven'],
    [
      'black',
      onnx([{ operator: 'Mul', inputs: ['x', 'z'], outputs: ['y'] }], [numbers('z', 0)]),
      'model/not-proven',
    ],
    [
      'no numbers',
      onnx([{ operator: 'Mul', inputs: ['x', 'z'], outputs: ['y'] }], [numbers('z', NaN)]),
      'model/not-proven',
    ],
    ['a negative', onnx([{ operator: 'Neg', inputs: ['x'], outputs: ['y'] }]), 'model/not-proven'],
  ];
  return cases.map(([what, files, code]) => ({ what: `a network that has ${what}`, files, code }));
}

function otherFiles(): HostileNetwork[] {
  const cases: readonly (readonly [string, Record<string, Uint8Array>])[] = [
    ['an empty file', { 'network.onnx': Buffer.alloc(0) }],
    ['a text', { 'network.onnx': Buffer.from('not a network') }],
    ['an image', { 'network.pth': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]) }],
    [
      'noise',
      { 'network.onnx': Buffer.from(Array.from({ length: 500 }, (_, index) => (index * 197 + 8) & 0xff)) },
    ],
  ];
  return cases.map(([what, files]) => ({ what, files, code: 'model/unreadable' }));
}

/** Files that would run code, wear the machine out or fool it, of every format. */
export function hostileNetworks(): HostileNetwork[] {
  return [
    ...picklesWithCode(),
    ...picklesWithOpcodes(),
    ...damagedPickles(),
    ...hostileSafetensors(),
    ...hostileNcnn(),
    ...hostileOnnx(),
    ...otherFiles(),
  ];
}
