import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelManifest } from '../../core/models/manifest.ts';

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}

/** A field of a protocol buffer: a number, a text, or nested fields. */
function field(id: number, value: number | string | Buffer): Buffer {
  if (typeof value === 'number') return Buffer.concat([varint(id * 8), varint(value)]);
  const bytes = Buffer.from(value);
  return Buffer.concat([varint(id * 8 + 2), varint(bytes.length), bytes]);
}

function message(...fields: readonly Buffer[]): Buffer {
  return Buffer.concat(fields);
}

const FLOAT = 1;
const INT_ATTRIBUTE = 2;

function pictureValue(name: string): Buffer {
  const dimensions = ['batch', 'channels', `${name}-height`, `${name}-width`].map((dimension) =>
    field(1, field(2, dimension)),
  );
  const tensor = message(field(1, FLOAT), field(2, message(...dimensions)));
  return message(field(1, name), field(2, field(1, tensor)));
}

function integerAttribute(name: string, value: number): Buffer {
  return field(5, message(field(1, name), field(3, value), field(20, INT_ATTRIBUTE)));
}

/** An ONNX network in a few hundred bytes that repeats every pixel: copies of the picture, spread by DepthToSpace. */
export function nearestNetwork(scale: number): Buffer {
  const copies = Array.from({ length: scale * scale }, () => field(1, 'image'));
  const concat = message(...copies, field(2, 'copies'), field(4, 'Concat'), integerAttribute('axis', 1));
  const spread = message(
    field(1, 'copies'),
    field(2, 'enlarged'),
    field(4, 'DepthToSpace'),
    integerAttribute('blocksize', scale),
  );
  const graph = message(
    field(1, concat),
    field(1, spread),
    field(2, 'nearest'),
    field(11, pictureValue('image')),
    field(12, pictureValue('enlarged')),
  );
  return message(field(1, 8), field(7, graph), field(8, message(field(1, ''), field(2, 13))));
}

/** A manifest that passes; `change` replaces what a test is about. */
export function sampleManifest(
  id: string,
  scale: number,
  weights: Buffer,
  change: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, unknown>> {
  const picture = { layout: 'nchw', channels: 'rgb', range: [0, 1] } as const;
  const manifest: ModelManifest = {
    schema: 'enlarger.model/1',
    id,
    name: 'Nearest',
    family: 'tests',
    purpose: 'repeats pixels',
    scale,
    network: 'nearest',
    parameters: 1,
    macs: 1,
    receptiveFieldPx: 1,
    tiling: { contextPx: 1, blendPx: 0 },
    input: { name: 'image', ...picture, range: [0, 1] },
    output: { name: 'enlarged', ...picture, range: [0, 1] },
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

export interface ShelvedSample {
  /** What the weights really do; the manifest's claim where absent. */
  readonly weights?: Buffer;
  readonly change?: Readonly<Record<string, unknown>>;
}

/** Puts a model on a shelf of the test's own. */
export function shelveModel(
  shelf: string,
  id: string,
  scale: number,
  { weights = nearestNetwork(scale), change = {} }: ShelvedSample = {},
): string {
  const folder = path.join(shelf, id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'weights.onnx'), weights);
  const manifest = sampleManifest(id, scale, weights, change);
  writeFileSync(path.join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}
