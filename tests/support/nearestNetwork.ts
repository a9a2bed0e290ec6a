import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { OnnxConstant, OnnxNode, OnnxValue } from '../../core/onnx/onnxGraph.ts';
import { writeOnnx } from '../../core/onnx/writeOnnx.ts';
import type { ModelManifest } from '../../core/models/manifest.ts';

const IDENTITY = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);

function imageValue(name: string): OnnxValue {
  return { name, dims: ['batch', 3, `${name}-height`, `${name}-width`] };
}

/** Copies of the image, spread by DepthToSpace, end under a name. */
function repeatPixels(scale: number, output: string): OnnxNode[] {
  const copies = Array.from({ length: scale * scale }, () => 'image');
  return [
    { operator: 'Concat', inputs: copies, outputs: ['copies'], attributes: { axis: 1 } },
    { operator: 'DepthToSpace', inputs: ['copies'], outputs: [output], attributes: { blocksize: scale } },
  ];
}

/** A network that repeats every pixel, `gain` times as bright. */
export function brighterNetwork(scale: number, gain: number): Buffer {
  const brighter: OnnxConstant = {
    name: 'brighter',
    dims: [3, 3, 1, 1],
    data: IDENTITY.map((one) => gain * one),
  };
  const nodes: OnnxNode[] = [
    ...repeatPixels(scale, 'repeated'),
    { operator: 'Conv', inputs: ['repeated', 'brighter'], outputs: ['enlarged'] },
  ];
  return writeOnnx({
    nodes,
    constants: [brighter],
    input: imageValue('image'),
    output: imageValue('enlarged'),
  });
}

/** An ONNX network in a few hundred bytes that repeats every pixel, and has weights that can be counted but change nothing. */
export function nearestNetwork(scale: number): Buffer {
  return brighterNetwork(scale, 1);
}

/** A network whose output has the right size but contains only NaN, as with a broken driver. */
export function nanNetwork(scale: number): Buffer {
  const poison: OnnxConstant = { name: 'poison', dims: [], data: new Float32Array([Number.NaN]) };
  const multiply: OnnxNode = { operator: 'Mul', inputs: ['repeated', 'poison'], outputs: ['enlarged'] };
  return writeOnnx({
    nodes: [...repeatPixels(scale, 'repeated'), multiply],
    constants: [poison],
    input: imageValue('image'),
    output: imageValue('enlarged'),
  });
}

/** A valid manifest; `change` replaces the fields of a test. */
export function sampleManifest(
  id: string,
  scale: number,
  weights: Buffer,
  change: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const image = { layout: 'nchw', channels: 'rgb', range: [0, 1] } as const;
  const manifest: ModelManifest = {
    schema: 'enlarger.model/1',
    id,
    name: 'Nearest',
    family: 'tests',
    purpose: 'repeats pixels',
    scale,
    network: 'nearest',
    parameters: IDENTITY.length,
    macs: IDENTITY.length * (64 * scale) ** 2,
    receptiveFieldPx: 1,
    tiling: { contextPx: 1, blendPx: 0 },
    input: { name: 'image', ...image, range: [0, 1] },
    output: { name: 'enlarged', ...image, range: [0, 1] },
    files: [
      {
        engine: 'onnx',
        path: 'weights.onnx',
        sha256: createHash('sha256').update(weights).digest('hex'),
        sizeBytes: weights.length,
      },
    ],
    licence: 'MIT',
    training: { steps: 1, seed: 1, seconds: 1, description: 'none', data: 'none' },
  };
  return { ...manifest, ...change };
}

export interface InstalledSample {
  /** The actual scale of the weights; the manifest's claim if absent. */
  readonly weights?: Buffer;
  readonly change?: Readonly<Record<string, unknown>>;
}

/** Adds a model to a registry that belongs to the test. */
export function installModel(
  registry: string,
  id: string,
  scale: number,
  { weights = nearestNetwork(scale), change = {} }: InstalledSample = {},
): string {
  const folder = path.join(registry, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'weights.onnx'), weights);
  const manifest = sampleManifest(id, scale, weights, change);
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}
