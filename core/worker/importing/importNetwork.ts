import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { toErrorDto } from '../../api/errors.ts';
import type { Tolerance } from '../../api/models/tolerance.ts';
import { REFERENCE_DEVICE } from '../../engine/engine.ts';
import { openRawNetwork } from '../../engine/rawNetwork.ts';
import { INPUT_NAME, OUTPUT_NAME } from '../../foreign/graphBuilder.ts';
import { figuresOf } from '../../foreign/reach.ts';
import { scaleByChannel } from '../../foreign/scaleByChannel.ts';
import { readForeign, type ReadForeign } from '../../foreign/readForeign.ts';
import type { ModelManifest } from '../../models/manifest.ts';
import type { OnnxGraph } from '../../onnx/onnxGraph.ts';
import { writeOnnx } from '../../onnx/writeOnnx.ts';
import type { ImportAnswer, ImportRequest, ImportStep } from '../../pool/messages.ts';
import { chooseVariant, type ProvenVariant } from './chooseVariant.ts';
import { isNonCommercial, statedIn } from './licence.ts';
import { measureTiles, type MeasuredTiles } from './measureTiles.ts';
import { measureTolerance } from './measureTolerance.ts';

/** A converted network: its graph, its bytes, and what was found by running it. */
interface Made {
  readonly graph: OnnxGraph;
  /** The same network in its fastest form. */
  readonly bytes: Buffer;
  readonly proven: ProvenVariant;
  readonly measured: MeasuredTiles;
  readonly tolerance: Tolerance;
}

/** Exchanges red and blue in the output. */
function withReversedOutput(graph: OnnxGraph): OnnxGraph {
  const order = 'enlarger_channel_order';
  const nodes = graph.nodes.map((node) => ({
    ...node,
    outputs: node.outputs.map((name) => (name === OUTPUT_NAME ? 'enlarger_reversed' : name)),
  }));
  const gather = {
    operator: 'Gather',
    inputs: ['enlarger_reversed', order],
    outputs: [OUTPUT_NAME],
    attributes: { axis: 1 },
  };
  const constants = [...graph.constants, { name: order, dims: [3], data: BigInt64Array.from([2n, 1n, 0n]) }];
  return { ...graph, nodes: [...nodes, gather], constants };
}

function graphOf({ variant, range, agreement }: ProvenVariant): OnnxGraph {
  const isUnit = range.black === 0 && range.white === 1;
  const graph = variant.graph(isUnit ? undefined : range);
  return agreement.isReversed ? withReversedOutput(graph) : graph;
}

/** Called when a step begins; a network that can be read in several ways is converted and proven for each. */
type OnStep = (step: ImportStep) => void;

async function makeNetwork(
  { network }: ReadForeign,
  { threads, samplesFolder }: ImportRequest,
  onStep: OnStep,
): Promise<Made> {
  const proven = await chooseVariant(network, threads, onStep);
  onStep('measuring');
  const graph = graphOf(proven);
  const bytes = writeOnnx(scaleByChannel(graph));
  const opened = await openRawNetwork(bytes, { input: INPUT_NAME, output: OUTPUT_NAME }, threads);
  try {
    const { radiusPx, macs } = figuresOf(graph);
    const { fixedPx } = proven.variant;
    const measured = await measureTiles(opened, { shape: proven.shape, fixedPx, radiusPx, macs });
    const tolerance = await measureTolerance(opened, { shape: proven.shape, fixedPx, macs, samplesFolder });
    return { graph, bytes, proven, measured, tolerance };
  } finally {
    await opened.dispose();
  }
}

/** A description of how the network is read if that was in doubt; empty otherwise. */
function readingOf({ variant, range, agreement }: ProvenVariant): string {
  const isUnit = range.black === 0 && range.white === 1;
  return [
    ...(variant.what === '' ? [] : [variant.what]),
    ...(isUnit ? [] : [`values of ${range.black}…${range.white}`]),
    ...(agreement.isReversed ? ['blue and red exchanged'] : []),
  ].join(', ');
}

function purposeOf(scale: number, architecture: string): string {
  return scale === 1
    ? `Cleans images up without enlarging them: ${architecture}, added here.`
    : `Enlarges ${scale} times: ${architecture}, added here.`;
}

function manifestOf(read: ReadForeign, request: ImportRequest, made: Made, startedAt: number): ModelManifest {
  const { proven, measured, tolerance, graph, bytes } = made;
  const { network, format, files, metadata } = read;
  const { parameters, macs, radiusPx } = figuresOf(graph);
  const stated = statedIn(metadata);
  const licence = request.licence ?? stated.licence ?? 'not stated';
  const author = request.author ?? stated.author;
  const { scale } = proven.shape;
  const image = { layout: 'nchw', channels: 'rgb', range: [0, 1] } as const;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return {
    schema: 'enlarger.model/1',
    id: request.id,
    name: request.name,
    family: request.id,
    purpose: purposeOf(scale, network.architecture),
    scale,
    network: network.layers,
    parameters: Math.max(1, parameters),
    macs: Math.max(1, macs),
    receptiveFieldPx: 2 * Math.ceil(radiusPx ?? measured.tiling.contextPx) + 1,
    tiling: { ...measured.tiling },
    input: { name: INPUT_NAME, ...image, range: [0, 1] },
    output: { name: OUTPUT_NAME, ...image, range: [0, 1] },
    files: [{ engine: 'onnx', path: `${sha256}.onnx`, sha256, sizeBytes: bytes.length }],
    licence,
    origin: {
      architecture: network.architecture,
      format,
      files: [...files],
      ...(author !== undefined && { author }),
      ...(request.source !== undefined && { source: request.source }),
      isNonCommercial: isNonCommercial(licence),
      addedAt: new Date().toISOString(),
    },
    proof: {
      reading: readingOf(proven),
      tileDifference: measured.tileDifference,
      isExact: measured.isExact,
      meanDrift: proven.agreement.meanDrift,
      megapixelsPerSecond: { [REFERENCE_DEVICE.id]: measured.megapixelsPerSecond },
      bytesPerPx: measured.bytesPerPx,
      tolerance,
      seconds: (performance.now() - startedAt) / 1000,
    },
  };
}

/** Reads a network that a user adds, proves it and writes it as a model. Never throws. */
export async function importNetwork(
  request: ImportRequest,
  onStep: OnStep = () => undefined,
): Promise<ImportAnswer> {
  const startedAt = performance.now();
  try {
    onStep('reading');
    const read = await readForeign(request.file);
    const made = await makeNetwork(read, request, onStep);
    const manifest = manifestOf(read, request, made, startedAt);
    const [weights] = manifest.files;
    if (weights === undefined) throw new TypeError('A model has at least one file.');
    await writeFile(path.join(request.folder, weights.path), made.bytes);
    await writeFile(path.join(request.folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    return { kind: 'imported', manifest };
  } catch (error) {
    return { kind: 'refused', error: toErrorDto(error) };
  }
}
