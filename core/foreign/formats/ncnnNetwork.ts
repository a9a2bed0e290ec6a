import type { OnnxGraph } from '../../onnx/onnxGraph.ts';
import { GraphBuilder, INPUT_NAME } from '../graphBuilder.ts';
import { unreadable } from '../refusal.ts';
import { notUnderstood, type NcnnTranslation } from './ncnnConvolution.ts';
import { TRANSLATIONS } from './ncnnLayers.ts';
import { readNcnnParam, type NcnnLayer } from './ncnnParam.ts';
import { NcnnWeights } from './ncnnWeights.ts';

function translate(layer: NcnnLayer, made: Map<string, string>, tools: NcnnTranslation): void {
  const inputs = layer.inputs.map((name) => {
    const tensor = made.get(name);
    if (tensor === undefined)
      throw unreadable(`the layer "${layer.name}" takes "${name}", which no layer before it makes`);
    return tensor;
  });
  for (const output of layer.outputs) {
    if (made.has(output)) throw unreadable(`two layers make "${output}"`);
  }
  if (layer.type === 'Input') {
    for (const output of layer.outputs) made.set(output, INPUT_NAME);
    return;
  }
  if (layer.type === 'Split') {
    const [source] = inputs;
    if (source === undefined) throw unreadable(`the layer "${layer.name}" has no input`);
    for (const output of layer.outputs) made.set(output, source);
    return;
  }
  const translation = TRANSLATIONS.get(layer.type);
  if (translation === undefined) throw notUnderstood(layer, 'is of a kind');
  const translated = translation(layer, inputs, tools);
  const results = typeof translated === 'string' ? [translated] : translated;
  if (layer.outputs.length !== results.length)
    throw unreadable(`the layer "${layer.name}" has ${layer.outputs.length} outputs`);
  for (const [index, output] of layer.outputs.entries()) made.set(output, results[index] ?? '');
}

/**
 * Reads a network in ncnn's form.
 *
 * @param param The text file with the layers.
 * @param bin The file with their weights.
 * @throws Refusal
 */
export function readNcnnNetwork(param: Buffer, bin: Buffer): OnnxGraph {
  const layers = readNcnnParam(param);
  if (layers.filter(({ type }) => type === 'Input').length !== 1)
    throw unreadable('it does not have one input');
  const tools = { builder: new GraphBuilder(), weights: new NcnnWeights(bin) };
  const made = new Map<string, string>();
  for (const layer of layers) translate(layer, made, tools);
  tools.weights.finish();
  const used = new Set(layers.flatMap(({ inputs }) => inputs));
  const ends = layers.flatMap(({ outputs }) => outputs.filter((name) => !used.has(name)));
  const output = made.get(ends[0] ?? '');
  if (ends.length !== 1 || output === undefined) throw unreadable(`it has ${ends.length} outputs`);
  return tools.builder.finish(output);
}
