import type { OnnxGraph } from '../onnx/onnxGraph.ts';

/**
 * Guesses the architecture of a graph whose weights have no telling names. Only shown to people; nothing depends on it.
 *
 * @returns The usual name of its architecture; undefined if it does not resemble a known one.
 */
export function kindOfGraph({ nodes }: OnnxGraph): string | undefined {
  const count = (operator: string): number => nodes.filter((node) => node.operator === operator).length;
  const shuffles = count('DepthToSpace');
  const concats = nodes.filter(({ operator }) => operator === 'Concat');
  const isCompact = count('PRelu') >= 2 && shuffles === 1 && concats.length === 0;
  if (isCompact) return 'Compact (SRVGGNet)';
  if (count('LeakyRelu') >= 8 && concats.length >= 8 && count('Conv') >= 15) return 'ESRGAN (RRDBNet)';
  const joinsFour = concats.length === 1 && concats[0]?.inputs.length === 4;
  if (joinsFour && shuffles === 1 && count('Sigmoid') >= 12) return 'SPAN';
  return undefined;
}
