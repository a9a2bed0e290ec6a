import { constants } from 'node:fs';
import { copyFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import { z } from 'zod';
import { EnlargerError, toErrorDto } from '../../core/api/errors.ts';
import type { FloatImage } from '../../core/api/image.ts';
import { loadFeatureNetwork, type FeatureNetwork } from '../../core/engine/featureNetwork.ts';
import { encodePixels } from '../../core/image/encode.ts';
import { outputError } from '../../core/files/outputError.ts';
import { rasterStore } from '../../core/image/rowStore.ts';
import { findImages, type FoundImages } from '../../core/jobs/findImages.ts';
import { comparedPlanes, type ComparisonOptions } from '../../core/quality/metrics/comparedPlanes.ts';
import { compareImages } from '../../core/quality/metrics/compareImages.ts';
import { featureDistance } from '../../core/quality/metrics/featureDistance.ts';
import { similarityMap } from '../../core/quality/metrics/similarityMap.ts';
import { EXIT, FEATURE_NETWORK } from '../program.ts';
import { forTerminal } from '../text.ts';
import { readPair, type ReadPair } from './compareFiles.ts';
import { metricsJson, metricsText, type MetricsResult } from './metricsReport.ts';
import { pairImages, type ImagePair } from './pairImages.ts';

const optionsSchema = z.object({
  protocol: z.enum(['sr', 'plain']),
  scale: z.int().min(0).max(64),
  json: z.boolean(),
  map: z.string().optional(),
});

type MetricsOptions = z.infer<typeof optionsSchema>;

function usageError(message: string): EnlargerError {
  return new EnlargerError('usage/invalid-option', message);
}

async function isFolder(file: string): Promise<boolean> {
  const stats = await stat(file).catch((error: unknown) => {
    throw new EnlargerError('input/not-found', `${file} does not exist.`, { file }, { cause: error });
  });
  return stats.isDirectory();
}

function failuresOf(found: FoundImages): ImagePair[] {
  return found.failures.map(({ path: file, error }) => ({ kind: 'alone', file, error }));
}

async function findPairs(reference: string, output: string): Promise<ImagePair[]> {
  const areFolders = [await isFolder(reference), await isFolder(output)];
  if (!areFolders.includes(true)) return [{ kind: 'pair', reference, output }];
  if (areFolders.includes(false))
    throw usageError('Cannot compare a file with a folder: give two files or two folders.');
  const options = { recursive: true, include: [], exclude: [] };
  const references = await findImages([reference], options);
  const outputs = await findImages([output], options);
  return [
    ...pairImages(references.pictures, outputs.pictures),
    ...failuresOf(references),
    ...failuresOf(outputs),
  ];
}

/** Black for no similarity (0 or less), white for identity (1). */
function greySamples({ data }: FloatImage): Uint8Array {
  return Uint8Array.from(data, (similarity) => Math.round(255 * Math.min(1, Math.max(0, similarity))));
}

/** Never replaces a file, which could be one of the images. */
async function writeMap(file: string, pair: ReadPair, options: ComparisonOptions): Promise<void> {
  const map = similarityMap(pair.reference, pair.output, options);
  const { width, height } = map;
  const store = rasterStore({ width, height, channels: 1, data: greySamples(map) });
  const encoding = { format: 'png', lossless: true, background: '#ffffff' } as const;
  const scratchPath = `${file}.part`;
  try {
    const encoded = await encodePixels(store, encoding, scratchPath);
    if (encoded.kind === 'memory') await writeFile(file, encoded.bytes, { flag: 'wx' });
    else await copyFile(encoded.path, file, constants.COPYFILE_EXCL);
  } catch (error) {
    throw outputError(file, error);
  } finally {
    await rm(scratchPath, { force: true });
  }
}

async function measure(
  pair: ImagePair,
  options: ComparisonOptions,
  network: FeatureNetwork,
  map: string | undefined,
): Promise<MetricsResult> {
  if (pair.kind === 'alone') return { kind: 'failed', files: [pair.file], error: pair.error };
  const { reference, output } = pair;
  try {
    const images = await readPair(pair, options);
    const scores = compareImages(images.reference, images.output, options);
    const planes = comparedPlanes(images.reference, images.output, options);
    const distance = await featureDistance(planes, network.read);
    if (map !== undefined) await writeMap(map, images, options);
    return { kind: 'compared', reference, output, scores: { ...scores, featureDistance: distance } };
  } catch (error) {
    if (!(error instanceof EnlargerError)) throw error;
    return { kind: 'failed', files: [reference, output], error: toErrorDto(error) };
  }
}

function report(results: readonly MetricsResult[], given: MetricsOptions, options: ComparisonOptions): void {
  process.stdout.write(given.json ? metricsJson(results, options) : metricsText(results, options));
  for (const result of results) {
    if (result.kind === 'compared') continue;
    const { files, error } = result;
    const named = files.every((file) => error.message.includes(file)) ? '' : `${files.join(', ')}: `;
    process.stderr.write(`${forTerminal(`${named}${error.message}`)} [${error.code}]\n`);
  }
}

/**
 * `enlarger metrics`: compares outputs with their references.
 *
 * @returns The exit code: 1 if any image could not be compared.
 * @throws EnlargerError `usage/…` or `input/not-found`.
 */
export async function metricsCommand(
  reference: string,
  output: string,
  rawOptions: unknown,
): Promise<number> {
  const parsed = optionsSchema.safeParse(rawOptions);
  if (!parsed.success) throw usageError(z.prettifyError(parsed.error));
  const { protocol, scale, map } = parsed.data;
  const options: ComparisonOptions = protocol === 'sr' ? { protocol, scale } : { protocol };
  const pairs = await findPairs(reference, output);
  if (map !== undefined && (await isFolder(reference))) {
    throw usageError('--map works on one pair of images: give two files, not folders.');
  }
  const network = await loadFeatureNetwork(FEATURE_NETWORK, os.availableParallelism());
  const results: MetricsResult[] = [];
  try {
    for (const pair of pairs) results.push(await measure(pair, options, network, map));
  } finally {
    await network.dispose();
  }
  report(results, parsed.data, options);
  if (results.length === 0) return EXIT.nothingToDo;
  return results.some(({ kind }) => kind === 'failed') ? EXIT.someFailed : EXIT.done;
}
