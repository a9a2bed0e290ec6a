import { EnlargerError } from '../api/errors.ts';
import { countNetwork } from './countNetwork.ts';
import type { ModelManifest } from './manifest.ts';
import { readOnnx } from './onnxFile.ts';
import { cellSide, measureReceptiveField } from './receptiveField.ts';

/** Figures of a manifest that can be counted in the file. */
type Countable = Pick<
  ModelManifest,
  'scale' | 'parameters' | 'macs' | 'receptiveFieldPx' | 'trained' | 'input' | 'output'
> & { readonly multiplePx: number };

/** Everything in `Countable`, counted in the bytes of an ONNX file; names of tensors as in the file. */
function countInFile(manifest: ModelManifest, weights: Uint8Array): Countable {
  const graph = readOnnx(weights);
  const { trained, ...counts } = countNetwork(graph);
  return {
    ...counts,
    ...(manifest.trained && { trained }),
    receptiveFieldPx: measureReceptiveField(graph),
    multiplePx: cellSide(graph),
    input: { ...manifest.input, name: graph.inputs.join(', ') },
    output: { ...manifest.output, name: graph.outputs.join(', ') },
  };
}

/** Why the residual does not cover whole stored tensors of the ONNX file. */
function misplacedResidual({ residual = [], files }: ModelManifest, weights: Uint8Array): string[] {
  const file = files.find(({ engine }) => engine === 'onnx')?.path;
  const tensors = [...readOnnx(weights).weights.values()];
  return residual
    .filter(({ path }) => path === file)
    .filter(
      ({ byteOffset, count }) =>
        !tensors.some((tensor) => tensor.byteOffset === byteOffset && tensor.data.length === count),
    )
    .map(({ byteOffset }) => `residual at byte ${String(byteOffset)} is not a stored tensor`);
}

function differences(stated: ModelManifest, counted: Countable): string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ['scale', stated.scale, counted.scale],
    ['parameters', stated.parameters, counted.parameters],
    ['macs', stated.macs, counted.macs],
    ['receptiveFieldPx', stated.receptiveFieldPx, counted.receptiveFieldPx],
    ['tiling.multiplePx', stated.tiling.multiplePx ?? 1, counted.multiplePx],
    ['trained.parameters', stated.trained?.parameters, counted.trained?.parameters],
    ['trained.macs', stated.trained?.macs, counted.trained?.macs],
    ['input.name', stated.input.name, counted.input.name],
    ['output.name', stated.output.name, counted.output.name],
  ];
  return pairs
    .filter(([, said, found]) => said !== found)
    .map(([name, said, found]) => `${name} is ${String(found)}, not ${String(said)}`);
}

/**
 * Counts a network in its ONNX file and compares the result with its manifest.
 *
 * @throws EnlargerError `model/invalid-manifest`, which names every figure that differs, or why nothing can be counted.
 */
export function proveManifest(manifest: ModelManifest, weights: Uint8Array): void {
  let found: string[];
  try {
    found = [
      ...differences(manifest, countInFile(manifest, weights)),
      ...misplacedResidual(manifest, weights),
    ];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `The ONNX file of ${manifest.id} cannot be counted: ${reason}.`;
    throw new EnlargerError('model/invalid-manifest', message, { model: manifest.id }, { cause: error });
  }
  if (found.length === 0) return;
  const message = `The ONNX file of ${manifest.id} does not match its manifest: ${found.join('; ')}.`;
  throw new EnlargerError('model/invalid-manifest', message, { model: manifest.id });
}
