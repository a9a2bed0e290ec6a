import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Raster, Size } from '../api/image.ts';
import { assertFits } from '../api/imageFormats.ts';
import { decodeImage, inspectImage, type DecodeOptions, type ImageFacts } from '../image/decode.ts';
import { encodePixels } from '../image/encode.ts';
import { profileFits } from '../image/profileFits.ts';
import { prepareMetadata } from '../metadata/prepareMetadata.ts';
import { readMetadata } from '../metadata/readMetadata.ts';
import { readInput, type InputFile } from '../image/readInput.ts';
import { rasterStore, type RowStore } from '../image/rowStore.ts';
import { storeView } from '../image/smallImages.ts';
import { verifyOutput, writeOutput, type WrittenFile } from '../image/writeOutput.ts';
import { assertOutputSize, targetSize } from '../jobs/targetSize.ts';
import type { EnlargedImage, EnlargeJob, EnlargeResult, JobStage } from '../pool/messages.ts';
import { bleedColour } from '../tiling/bleedColour.ts';
import { describePasses } from './describePasses.ts';
import { enlarge, type Enlarged } from './enlarge.ts';
import { measureResult } from './measureResult.ts';
import { makeReportImages } from './media/reportImages.ts';
import type { ModelCache } from './modelCache.ts';
import { throwIfCancelled, type Semaphore } from './semaphore.ts';

/** What the jobs of one worker share. */
export interface WorkerTools {
  readonly models: ModelCache;
  /** Lets one job at a time through to the engine. */
  readonly inference: Semaphore;
  /** Bounds the pixels that are held at once; counted in bytes. */
  readonly memory: Semaphore;
}

export interface JobHooks {
  readonly onProgress: (tilesDone: number, tilesTotal: number) => void;
  /** What the job goes on to, and how large it is: the pool gives each stage a deadline. */
  readonly onStage?: (stage: JobStage, megapixels?: number) => void;
  /** Awaited before each tile; a job that is paused waits here. */
  readonly beforeTile?: () => Promise<void>;
  readonly signal: AbortSignal;
}

function megapixelsOf({ width, height }: Size): number {
  return (width * height) / 1e6;
}

const PROFILE_LEFT_OUT =
  'The colour profile does not describe pixels of this kind (grey or colour) and was left out.';

/** Bytes that a job holds at its peak: input, result, and the encoder's copy of it. */
function estimateBytes(facts: ImageFacts, to: Size): number {
  const sampleBytes = facts.channels * (facts.bitDepth / 8);
  const inputBytes = facts.decodable.length + facts.size.width * facts.size.height * sampleBytes;
  return inputBytes + 2 * to.width * to.height * sampleBytes;
}

/**
 * Reads what is to be known before the pixels. A profile that the target cannot carry (a grey one, when the format has no
 * grey) is applied instead of being lost.
 */
async function inspect(file: InputFile, { settings, outputFormat }: EnlargeJob): Promise<InspectedImage> {
  const options: DecodeOptions = {
    colour: settings.colour,
    maxPixels: settings.maxInputMegapixels * 1e6,
  };
  const facts = await inspectImage(file.bytes, file.format, options);
  const { icc, channels } = facts;
  const isLost =
    icc !== undefined && profileFits(icc, channels, 'png') && !profileFits(icc, channels, outputFormat);
  if (!isLost) return { facts, options };
  const converted: DecodeOptions = { ...options, colour: 'srgb' };
  return { facts: await inspectImage(file.bytes, file.format, converted), options: converted };
}

interface InspectedImage {
  readonly facts: ImageFacts;
  readonly options: DecodeOptions;
}

async function decodeRaster({ facts, options }: InspectedImage): Promise<Raster> {
  const raster = await decodeImage(facts, options);
  bleedColour(raster);
  return raster;
}

async function writeResult(
  store: RowStore,
  file: InputFile,
  facts: ImageFacts,
  job: EnlargeJob,
): Promise<WrittenFile> {
  const { settings, outputFormat: format, tempPath } = job;
  const { width, height } = store.shape;
  const encoded = path.join(job.scratchFolder, 'encoded');
  const { quality, background } = settings;
  try {
    const read = readMetadata(facts.metadataFrom.format, facts.metadataFrom.bytes);
    const { icc, isConverted } = facts;
    const fits = icc === undefined || profileFits(icc, store.shape.channels, format);
    const mismatch = fits ? [] : [PROFILE_LEFT_OUT];
    const prepared = prepareMetadata(
      { ...read.metadata, icc },
      { policy: settings.metadata, width, height, keepIcc: fits, isConverted },
    );
    const options = {
      format,
      background,
      icc: prepared.metadata.icc,
      lossless: facts.lossless && quality === undefined,
      ...(quality && { quality }),
    };
    const pixels = await encodePixels(store, options, encoded);
    const { modifiedAtMs, accessedAtMs } = file;
    const written = await writeOutput(pixels, {
      tempPath,
      format,
      metadata: prepared.metadata,
      modifiedAtMs,
      accessedAtMs,
    });
    await verifyOutput(tempPath, { width, height, format });
    return {
      ...written,
      warnings: [...read.warnings, ...mismatch, ...prepared.warnings, ...written.warnings],
    };
  } finally {
    await rm(encoded, { force: true });
  }
}

/** What one job knows of its image once the header is read. */
interface Image extends InspectedImage {
  readonly file: InputFile;
  readonly to: Size;
}

/** Decodes at once, but waits for its turn at the engine: the last image is encoded and the next decoded meanwhile. */
async function enlargeInTurn(
  image: Image,
  job: EnlargeJob,
  tools: WorkerTools,
  hooks: JobHooks,
): Promise<TimedEnlargement> {
  const { to } = image;
  const startedAt = performance.now();
  const source = await decodeRaster(image);
  const decodeMs = performance.now() - startedAt;
  hooks.onStage?.('wait');
  const leave = await tools.inference.enter(1, hooks.signal);
  try {
    const enlarged = await enlarge(rasterStore(source), { job, to, models: tools.models, ...hooks });
    return { ...enlarged, source, decodeMs };
  } finally {
    leave();
  }
}

type TimedEnlargement = Enlarged & { readonly source: Raster; readonly decodeMs: number };

async function makeResult(
  image: Image,
  job: EnlargeJob,
  tools: WorkerTools,
  hooks: JobHooks,
): Promise<EnlargedImage> {
  const { file, facts, to } = image;
  const enlarged = await enlargeInTurn(image, job, tools, hooks);
  const { store, source, decodeMs, inferenceMs, deviceChanges, windows, ...made } = enlarged;
  try {
    throwIfCancelled(hooks.signal);
    if (job.measure === true || job.previewPath !== undefined) hooks.onStage?.('assess', megapixelsOf(to));
    const described = describePasses({
      ...{ ...made, windows },
      ...{ from: facts.size, to, tile: job.settings.tile },
    });
    const { borders, ...passes } = described;
    const { quality, measureMs } = job.measure === true ? measureResult(source, store, borders) : {};
    if (job.previewPath !== undefined) {
      const views = [storeView(rasterStore(source)), storeView(store)] as const;
      await writeFile(job.previewPath, JSON.stringify(await makeReportImages(...views, quality)));
    }
    hooks.onStage?.('encode', megapixelsOf(to));
    const startedAt = performance.now();
    const written = await writeResult(store, file, facts, job);
    throwIfCancelled(hooks.signal);
    const inputSha256 = createHash('sha256').update(file.bytes).digest('hex');
    return {
      kind: 'enhanced',
      input: { ...facts.size, format: file.format, sizeBytes: file.bytes.length, sha256: inputSha256 },
      output: { ...to, format: job.outputFormat, sizeBytes: written.sizeBytes, sha256: written.sha256 },
      ...made,
      ...passes,
      warnings: [...facts.warnings, ...deviceChanges, ...written.warnings],
      times: {
        decodeMs,
        inferenceMs,
        encodeMs: performance.now() - startedAt,
        ...(measureMs !== undefined && { measureMs }),
      },
      ...(quality && { quality }),
    };
  } finally {
    store.dispose();
  }
}

/**
 * One image from file to file: read → decode → enlarge → encode with its metadata → verify. The result lies at the
 * job's temporary path; giving it its name is the host's business.
 *
 * @throws EnlargerError with a code from the closed list; nothing is left at the temporary path then.
 */
export async function enlargeImage(
  job: EnlargeJob,
  tools: WorkerTools,
  hooks: JobHooks,
): Promise<EnlargeResult> {
  hooks.onStage?.('decode');
  // A worker that died over this job may have left the half of it.
  await rm(job.tempPath, { force: true });
  await rm(job.scratchFolder, { recursive: true, force: true });
  const file = await readInput(job.inputPath);
  const inspected = await inspect(file, job);
  const { facts } = inspected;
  const to = targetSize(facts.size, job.settings.sizing);
  if (job.settings.onlyIfSmaller && to.width <= facts.size.width && to.height <= facts.size.height) {
    return { kind: 'large-enough', input: facts.size };
  }
  assertOutputSize(to, job.settings.maxOutputMegapixels);
  assertFits(to, job.outputFormat);
  hooks.onStage?.('wait');
  const leaveMemory = await tools.memory.enter(estimateBytes(facts, to), hooks.signal);
  try {
    hooks.onStage?.('decode', megapixelsOf(facts.size));
    return await makeResult({ file, ...inspected, to }, job, tools, hooks);
  } catch (error) {
    await rm(job.tempPath, { force: true });
    throw error;
  } finally {
    leaveMemory();
  }
}
