import { expect, test } from 'vitest';
import { InferenceSession, Tensor } from '../../../core/engine/onnxLoader.ts';
import { sessionOptions } from '../../../core/engine/onnxRuntime.ts';
import { GraphBuilder, INPUT_NAME, OUTPUT_NAME } from '../../../core/foreign/graphBuilder.ts';
import { scaleByChannel } from '../../../core/foreign/scaleByChannel.ts';
import type { Weights } from '../../../core/foreign/stateDict.ts';
import type { OnnxGraph } from '../../../core/onnx/onnxGraph.ts';
import { writeOnnx } from '../../../core/onnx/writeOnnx.ts';

function kernel(rows: number, columns: number): Weights {
  const shape = [rows, columns, 3, 3];
  const data = Float32Array.from({ length: rows * columns * 9 }, (_, index) => Math.sin(index) / 20);
  return { shape, data };
}

/** Two residual blocks, the inner one scaled after its convolution, the outer one after a sum; as in ESRGAN. */
function residual(channels: number): OnnxGraph {
  const builder = new GraphBuilder();
  const head = builder.convolution(INPUT_NAME, kernel(channels, 3));
  const inner = builder.scaled(builder.convolution(head, kernel(channels, channels)), 0.2);
  const outer = builder.scaled(builder.leakyRelu(builder.add(head, inner), 0.2), 0.3);
  return builder.finish(builder.convolution(builder.add(outer, head), kernel(3, channels)));
}

function operators({ nodes }: OnnxGraph): readonly string[] {
  return nodes.map(({ operator }) => operator).filter((operator) => ['Conv', 'Mul'].includes(operator));
}

async function run(graph: OnnxGraph): Promise<readonly number[]> {
  const session = await InferenceSession.create(writeOnnx(graph), sessionOptions('cpu', 1));
  const image = Float32Array.from({ length: 3 * 20 * 24 }, (_, index) => (Math.sin(index * index) + 1) / 2);
  const answer = await session.run({ [INPUT_NAME]: new Tensor('float32', image, [1, 3, 20, 24]) });
  return [...(answer[OUTPUT_NAME]?.data as Float32Array)];
}

test('a product with a single number inside the network becomes one for each channel, with the same result', async () => {
  const graph = residual(16);
  const scaled = scaleByChannel(graph);
  expect(operators(graph)).toEqual(['Conv', 'Conv', 'Mul', 'Mul', 'Conv']);
  // The one after a convolution is folded on loading.
  expect(operators(scaled)).toEqual(['Conv', 'Conv', 'Mul', 'Conv', 'Conv']);
  const [before, after] = await Promise.all([run(graph), run(scaled)]);
  const largest = before.reduce((most, value, index) => Math.max(most, Math.abs(value - after[index]!)), 0);
  expect(largest).toBeLessThan(1e-6);
  expect(before.some((value) => Math.abs(value) > 0.01)).toBe(true);
});

test('numbers of channels that are not kept in blocks stay as they are', () => {
  const graph = residual(12);
  expect(scaleByChannel(graph)).toBe(graph);
});
