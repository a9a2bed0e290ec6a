import { GraphBuilder, INPUT_NAME } from '../graphBuilder.ts';
import { unreadable } from '../refusal.ts';
import type { StateDict } from '../stateDict.ts';
import { eachPlane, stateVariant, type Architecture, type ForeignNetwork } from './architecture.ts';
import { WeightReader } from './weightReader.ts';

function build(tensors: StateDict): ForeignNetwork {
  const reader = new WeightReader(tensors, 'Compact (SRVGGNet)');
  const layers = reader.countOf(/^body\.(\d+)\.weight$/);
  const lastName = `body.${layers - 1}`;
  const features = reader.size('body.0.weight', 0);
  const channels = reader.size('body.0.weight', 1);
  const rows = reader.size(`${lastName}.weight`, 0);
  const scale = Math.sqrt(rows / channels);
  if (layers % 2 === 0 || !Number.isInteger(scale))
    throw unreadable(`${rows} channels make no image of ${channels}`);
  const builder = new GraphBuilder();
  const result = eachPlane(builder, INPUT_NAME, channels, (plane) => {
    let made = plane;
    for (let index = 0; index < layers; index++) {
      const name = `body.${index}`;
      if (index % 2 === 1) {
        made = builder.prelu(made, reader.weights(`${name}.weight`, [features]));
        continue;
      }
      const outputs = name === lastName ? rows : features;
      const { kernel, bias } = reader.layer(name, [outputs, index === 0 ? channels : features, 3, 3]);
      made = builder.convolution(made, kernel, bias);
    }
    const nearest = scale === 1 ? plane : builder.nearest(plane, scale);
    return builder.add(builder.pixelShuffle(made, scale), nearest);
  });
  reader.finish();
  return {
    architecture: 'Compact (SRVGGNet)',
    layers: `${(layers + 1) / 2} convolutions, ${features} channels`,
    variants: [stateVariant(builder.finish(result))],
    multiplePx: 1,
  };
}

/** Real-ESRGAN's small networks: a chain of convolutions, each followed by its own slopes. */
export const compact: Architecture = {
  name: 'Compact (SRVGGNet)',
  recognise: (tensors) =>
    tensors.get('body.0.weight')?.shape.length === 4 &&
    tensors.get('body.1.weight')?.shape.length === 1 &&
    [...tensors.keys()].every((name) => /^body\.\d+\.(weight|bias)$/.test(name)),
  build,
};
