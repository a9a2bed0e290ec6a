import { beforeAll, describe, expect, test } from 'vitest';
import { convertToTensorFlow } from '../../../core/engine/tensorflowConversion.ts';
import { loadTensorFlow, type TensorFlow } from '../../../core/engine/tensorflowLoader.ts';
import { toArtifacts } from '../../../core/engine/tensorflow.ts';
import {
  ANSWERED_NETWORKS,
  differenceFromAnswer,
  openAnswered,
  type Planes,
} from '../../support/answeredNetworks.ts';

/** Networks that contain what TensorFlow.js lacks, and how that is named. */
const REFUSED: readonly (readonly [file: RegExp, reason: RegExp])[] = [
  [/^esrgan-grey|nhwc/, /operator Transpose/],
  [/^span\.onnx$/, /operator ConstantOfShape/],
  [/^realplksr-layer/, /operator ReduceMean/],
  [/^realplksr.*param$/, /operator Slice/],
  [/^realplksr\.onnx$/, /operator \w+/],
  [/^realplksr/, /operator Shape/],
];

describe('networks that people added, converted to TensorFlow.js', () => {
  let tensorflow: TensorFlow;

  beforeAll(async () => {
    tensorflow = await loadTensorFlow('wasm', 1);
  });

  async function run(onnx: Uint8Array, { data, dims }: Planes): Promise<Planes> {
    const files = convertToTensorFlow(onnx, { input: 'image', output: 'enlarged' });
    const graph = await tensorflow.loadGraphModel(tensorflow.io.fromMemory(toArtifacts(files)));
    const answer = tensorflow.tidy(() =>
      graph.execute({ image: tensorflow.tensor4d(data, dims) }, 'enlarged'),
    );
    const made = { data: await answer.data(), dims: answer.shape };
    answer.dispose();
    graph.dispose();
    return made;
  }

  test.each(ANSWERED_NETWORKS)('$file', async (network) => {
    const { onnx, planes } = await openAnswered(network);
    const refusal = REFUSED.find(([file]) => file.test(network.file))?.[1];
    if (refusal !== undefined) {
      await expect(run(onnx, planes)).rejects.toThrow(refusal);
      return;
    }
    expect(differenceFromAnswer(await run(onnx, planes), network)).toBeLessThan(1e-4);
  });
});
