import type { HostileNetwork } from './hostileNetwork.ts';
import { picklesWithCode, picklesWithOpcodes, damagedPickles } from './hostilePickles.ts';
import { hostileSafetensors, hostileNcnn } from './hostileWeights.ts';
import { hostileOnnx } from './hostileOnnx.ts';

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

/** Files of every format that would run code, exhaust the machine or mislead the program. */
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
