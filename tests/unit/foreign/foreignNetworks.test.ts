import { describe, expect, test } from 'vitest';
import { InferenceSession, Tensor } from '../../../core/engine/onnxLoader.ts';
import { sessionOptions } from '../../../core/engine/onnxRuntime.ts';
import { ANSWERED_NETWORKS, differenceFromAnswer, openAnswered } from '../../support/answeredNetworks.ts';

describe('a tiny network of each kind, in each container, gives the same output as PyTorch', () => {
  test.each(ANSWERED_NETWORKS)('$file', async (network) => {
    const { onnx, planes } = await openAnswered(network);
    const session = await InferenceSession.create(onnx, sessionOptions('cpu', 1));
    const { enlarged } = await session.run({ image: new Tensor('float32', planes.data, planes.dims) });
    if (enlarged === undefined) throw new Error('The network has no output.');
    const made = { data: enlarged.data as Float32Array, dims: enlarged.dims };
    expect(differenceFromAnswer(made, network)).toBeLessThan(1e-4);
    await session.release();
  });
});
