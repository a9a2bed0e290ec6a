import zlib from 'node:zlib';
import { fixture, type HostileNetwork } from './hostileNetwork.ts';

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

export function picklesWithCode(): HostileNetwork[] {
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

export function picklesWithOpcodes(): HostileNetwork[] {
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

export function damagedPickles(): HostileNetwork[] {
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
    ['a pickle that recalls a value it never stored', pth(pickle(bytes(0x68, 9))), 'model/unreadable'],
    ['a pickle that reads from an empty stack', pth(pickle(bytes(0x75))), 'model/unreadable'],
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
    [
      'a tensor that reaches beyond its values',
      pth(tensorPickle('w', [3, 3], { offset: 2 })),
      'model/unreadable',
    ],
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
