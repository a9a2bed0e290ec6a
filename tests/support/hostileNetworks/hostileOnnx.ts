import type { OnnxConstant, OnnxNode, OnnxValue } from '../../../core/onnx/onnxGraph.ts';
import { writeOnnx } from '../../../core/onnx/writeOnnx.ts';
import { fixture, type HostileNetwork } from './hostileNetwork.ts';

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

export function hostileOnnx(): HostileNetwork[] {
  const same = { operator: 'Identity', inputs: ['x'], outputs: ['y'] };
  const external = Buffer.from(fixture('compact-external.onnx'));
  const outside = Buffer.from(
    external.toString('latin1').replaceAll('compact-external.data', '../../../../etc/passwd'),
    'latin1',
  );
  const cases: readonly (readonly [string, Record<string, Uint8Array>, HostileNetwork['code']])[] = [
    ['weights in a missing file', { 'network.onnx': external }, 'model/unsafe'],
    ['weights in a file outside', { 'network.onnx': outside }, 'model/unreadable'],
    ['half a file', { 'network.onnx': fixture('compact.onnx').subarray(0, 8000) }, 'model/unreadable'],
    [
      'operators in a cycle',
      onnx([
        { operator: 'Relu', inputs: ['b'], outputs: ['a'] },
        { operator: 'Relu', inputs: ['a'], outputs: ['b'] },
        same,
      ]),
      'model/unreadable',
    ],
    [
      'an operator that is not standard',
      onnx([{ ...same, domain: 'evil.example', operator: 'Run' }]),
      'model/unsupported',
    ],
    ['an unknown operator', onnx([{ ...same, operator: 'Launch' }]), 'model/unsupported'],
    ['four channels', onnx([same], [], image('x', ['n', 4, 'h', 'w'])), 'model/unsupported'],
    ['three axes', onnx([same], [], image('x', [3, 'h', 'w'])), 'model/unsupported'],
    ['a scale of 1.5', resize(1.5, 1.5), 'model/not-proven'],
    ['a different scale on each axis', resize(2, 4), 'model/not-proven'],
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
