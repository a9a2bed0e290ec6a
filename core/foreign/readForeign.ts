/**
 * @file Networks that people add; the room in the order of a file's life. `readForeign.ts` recognises it and reads it
 * within
 * `limits.ts` (`readBounded.ts`) by its reader in `formats`: a graph, or weights (`stateDict.ts`). `architectures`
 * recognises what weights belong to and builds their graph (`graphBuilder.ts`); `kindOfGraph.ts` names the kind of a
 * graph and `reach.ts` computes its receptive field; `scaleByChannel.ts` rewrites what would run slowly. `refusal.ts` states why a file is not accepted. Nothing here runs
 * a network.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { MODEL_EXTENSIONS } from '../api/models/modelFiles.ts';
import { stateVariant, type ForeignNetwork } from './architectures/architecture.ts';
import { networkOfWeights } from './architectures/recognise.ts';
import { readNcnnNetwork } from './formats/ncnnNetwork.ts';
import { isNcnnParam } from './formats/ncnnParam.ts';
import { readOnnxNetwork } from './formats/onnxNetwork.ts';
import { isSafetensors, readSafetensors } from './formats/safetensors.ts';
import { isBarePickle, isLegacyTorch, isZip, readTorchFile } from './formats/torchFile.ts';
import { kindOfGraph } from './kindOfGraph.ts';
import { externalReader, readBounded } from './readBounded.ts';
import { Refusal, unreadable } from './refusal.ts';

/** The kind of file that a network came in. */
export type ForeignFormat = 'onnx' | 'ncnn' | 'safetensors' | 'pytorch';

export interface ForeignFile {
  readonly name: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** What was read from a file. */
export interface ReadForeign {
  readonly format: ForeignFormat;
  /** The files that it consists of. */
  readonly files: readonly ForeignFile[];
  readonly network: ForeignNetwork;
  /** What its author wrote into it, e.g. `modelspec.license`. */
  readonly metadata: ReadonlyMap<string, string>;
}

/** Files that may contain a network, by how their names end. A `.bin` belongs to its `.param`. */
const ENDINGS: readonly string[] = MODEL_EXTENSIONS.filter((extension) => extension !== 'bin').map(
  (extension) => `.${extension}`,
);

/** Files that accompany others. */
const COMPANIONS = ['.bin', '.data', '.txt', '.md', '.json', '.yml', '.yaml', '.png', '.jpg', '.webp'];

function describe(file: string, bytes: Buffer): ForeignFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { name: path.basename(file), sha256, sizeBytes: bytes.length };
}

async function readNcnn(file: string, param: Buffer): Promise<Omit<ReadForeign, 'metadata'>> {
  const binFile = file.replace(/\.param$/i, '.bin');
  const bin = await readBounded(binFile).catch((error: unknown) => {
    const message = `The weights of ${path.basename(file)} are missing: put ${path.basename(binFile)} next to it.`;
    throw new Refusal('model/unreadable', message, { cause: error });
  });
  const graph = readNcnnNetwork(param, bin);
  const convolutions = graph.nodes.filter(({ operator }) => operator === 'Conv').length;
  const network = {
    architecture: kindOfGraph(graph) ?? 'network of its own kind',
    layers: `${convolutions} convolutions`,
    variants: [stateVariant(graph)],
    multiplePx: 1,
  };
  return { format: 'ncnn', files: [describe(file, param), describe(binFile, bin)], network };
}

function unknownFormat(file: string): Refusal {
  return new Refusal(
    'model/unreadable',
    `${path.basename(file)} is not in a supported format. Add a .onnx, .pth, .safetensors, or a .param with its .bin file.`,
  );
}

async function readByContent(file: string, bytes: Buffer): Promise<ReadForeign> {
  const metadata = new Map<string, string>();
  const files = [describe(file, bytes)];
  if (isNcnnParam(bytes)) return { ...(await readNcnn(file, bytes)), metadata };
  if (isZip(bytes) || isLegacyTorch(bytes) || isBarePickle(bytes)) {
    return { format: 'pytorch', files, network: networkOfWeights(readTorchFile(bytes)), metadata };
  }
  if (isSafetensors(bytes)) {
    const read = readSafetensors(bytes);
    return { format: 'safetensors', files, network: networkOfWeights(read.tensors), metadata: read.metadata };
  }
  // An ONNX file begins with the number of its version.
  if (bytes[0] === 0x08) {
    const readExternal = externalReader(path.dirname(file));
    return { format: 'onnx', files, network: readOnnxNetwork(bytes, { readExternal }), metadata };
  }
  if (/\.(safetensors|onnx|pth|param)$/i.test(file))
    throw unreadable(`${path.basename(file)} does not begin like a file of this kind`);
  throw unknownFormat(file);
}

/**
 * Reads a network from a file that a user adds. The content decides, not the name; nothing of it is executed.
 *
 * @param file A `.bin` stands for the `.param` next to it.
 * @throws Refusal
 */
export async function readForeign(file: string): Promise<ReadForeign> {
  const first = /\.bin$/i.test(file) ? file.replace(/\.bin$/i, '.param') : file;
  const bytes = await readBounded(first);
  if (bytes.length === 0) throw unreadable(`${path.basename(first)} is empty`);
  return readByContent(first, bytes);
}

/** What a folder contains that can be added. */
export interface ForeignFolder {
  /** Paths of files that may be networks, in the order of their names. */
  readonly candidates: readonly string[];
  /** Names of files that were skipped because they cannot contain a network. */
  readonly others: readonly string[];
}

/** Searches a folder and its direct subfolders, which is how Upscayl and chaiNNer store models. */
export async function listForeign(folder: string): Promise<ForeignFolder> {
  const candidates: string[] = [];
  const others: string[] = [];
  const look = async (inside: string, depth: number): Promise<void> => {
    const entries = await readdir(inside, { withFileTypes: true }).catch((error: unknown) => {
      throw unreadable(`the folder ${inside} cannot be opened`, error);
    });
    for (const entry of entries.toSorted((a, b) => a.name.localeCompare(b.name))) {
      const file = path.join(inside, entry.name);
      const ending = path.extname(entry.name).toLowerCase();
      if (entry.isDirectory()) {
        if (depth > 0 && !entry.name.startsWith('.')) await look(file, depth - 1);
      } else if (ENDINGS.includes(ending)) candidates.push(file);
      else if (!COMPANIONS.includes(ending) && !entry.name.startsWith('.')) others.push(entry.name);
    }
  };
  await look(folder, 1);
  return { candidates, others };
}
