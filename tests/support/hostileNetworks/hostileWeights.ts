import { fixture, type HostileNetwork } from './hostileNetwork.ts';

function safetensors(header: unknown, data = Buffer.alloc(16)): Record<string, Uint8Array> {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return { 'network.safetensors': Buffer.concat([length, json, data]) };
}

export function hostileSafetensors(): HostileNetwork[] {
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

export function hostileNcnn(): HostileNetwork[] {
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
      'layers in a cycle',
      pair('7767517\n3 3\nInput i 0 1 a\nReLU r 1 1 c b\nReLU s 1 1 b c\n', Buffer.alloc(0)),
      'model/unreadable',
    ],
    [
      'an unknown layer',
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
