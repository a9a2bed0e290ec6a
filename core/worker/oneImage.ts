import { createHash } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ChosenModel } from '../api/models/chosenModel.ts';
import { defined } from '../api/defined.ts';
import type { Raster, Size } from '../api/image.ts';
import { IMAGE_FORMATS } from '../api/imageFormats.ts';
import { isBlendedInSrgb } from '../image/colour/backdrop.ts';
import { decodeImage, inspectImage, type DecodeOptions, type ImageFacts } from '../image/decode.ts';
import { encodePixels, type EncodedImage, type EncodeOptions } from '../image/encode.ts';
import { profileFits } from '../image/profileFits.ts';
import type { DecodedRaster } from '../image/libvips.ts';
import type { InputFile } from '../image/readInput.ts';
import { rasterStore, type RowStore } from '../image/rowStore.ts';
import { storeView } from '../image/smallImages.ts';
import { transparencyNote } from '../image/transparencyNote.ts';
import { verifyOutput, writeOutput, type WrittenFile } from '../image/writeOutput.ts';
import type { InstalledModel } from '../models/modelRegistry.ts';
import type { EnlargedImage, EnlargeJob, JobStage } from '../pool/messages.ts';
import { bleedColour } from '../tiling/bleedColour.ts';
import { chooseModel } from './chooseModel.ts';
import { describePasses } from './describePasses.ts';
import { enlarge, type Enlarged } from './enlarge.ts';
import { measureResult, type Measured } from './measureResult.ts';
import { makeReportImages } from './media/makeReportImages.ts';
import type { ModelCache } from './modelCache.ts';
import { resultMetadata } from './resultMetadata.ts';
import { throwIfCancelled, type Semaphore } from './semaphore.ts';

/** Objects that the jobs of one worker share. */
export interface WorkerTools {
  readonly models: ModelCache;
  /** Lets one job at a time through to the engine. */
  readonly inference: Semaphore;
  /** Limits the pixels in memory at once; counted in bytes. */
  readonly memory: Semaphore;
}

export interface JobHooks {
  readonly onProgress: (tilesDone: number, tilesTotal: number) => void;
  /** The stage that the job enters, and its size: the pool gives each stage a deadline. */
  readonly onStage?: (stage: JobStage, megapixels?: number) => void;
  /** Awaited before each tile; a job that is paused waits here. */
  readonly beforeTile?: () => Promise<void>;
  readonly signal: AbortSignal;
}

export function megapixelsOf({ width, height }: Size): number {
  return (width * height) / 1e6;
}

/** Bytes that a job needs at its peak: input, result, and the encoder's copy of it. */
export function estimateBytes(facts: ImageFacts, to: Size): number {
  const sampleBytes = facts.channels * (facts.bitDepth / 8);
  const inputBytes = facts.decodable.length + facts.size.width * facts.size.height * sampleBytes;
  return inputBytes + 2 * to.width * to.height * sampleBytes;
}

/**
 * Reads everything that must be known before the pixels. A profile that the target cannot contain (a grey one, when the format has
 * no grey) is applied instead of being lost, and so is one whose values cannot be blended with a background.
 */
export async function inspectInput(
  file: InputFile,
  { settings, outputFormat }: EnlargeJob,
  page = 0,
): Promise<InspectedImage> {
  const options: DecodeOptions = {
    colour: settings.colour,
    maxPixels: settings.maxInputMegapixels * 1e6,
    page,
  };
  const facts = await inspectImage(file.bytes, file.format, options);
  const { icc, channels } = facts;
  if (icc === undefined || !profileFits(icc, channels, 'png')) return { facts, options };
  const isFilled = (channels === 2 || channels === 4) && !IMAGE_FORMATS[outputFormat].alpha;
  const isKept =
    profileFits(icc, channels, outputFormat) && !(isFilled && isBlendedInSrgb(icc, settings.background));
  if (isKept) return { facts, options };
  const converted: DecodeOptions = { ...options, colour: 'srgb' };
  return { facts: await inspectImage(file.bytes, file.format, converted), options: converted };
}

export interface InspectedImage {
  readonly facts: ImageFacts;
  readonly options: DecodeOptions;
}

async function decodeRaster({ facts, options }: InspectedImage): Promise<DecodedRaster> {
  const raster = await decodeImage(facts, options);
  bleedColour(raster);
  return raster;
}

/** What is known about a job's image once its header is read. */
export interface OpenedInput extends InspectedImage {
  readonly file: InputFile;
  readonly to: Size;
}

/** What a file is encoded from: an image's pixels, or a stack of frames. */
export type Encode = (options: EncodeOptions, scratchPath: string) => Promise<EncodedImage>;

/**
 * Encodes a result with the metadata of its input, writes it to the job's temporary path and checks it.
 *
 * @param shape Of the result; of one frame, when there are several.
 */
export async function writeEncoded(
  { file, facts }: OpenedInput,
  job: EnlargeJob,
  shape: Size & { readonly channels: number },
  encode: Encode,
): Promise<WrittenFile> {
  const { settings, outputFormat: format, tempPath } = job;
  const { width, height } = shape;
  const scratchPath = path.join(job.scratchFolder, 'encoded');
  const { quality, background } = settings;
  try {
    const { metadata, warnings } = resultMetadata(facts, job, shape);
    const lossless = facts.lossless && quality === undefined;
    const options = { format, background, icc: metadata.icc, lossless, ...(quality && { quality }) };
    const encoded = await encode(options, scratchPath);
    const { modifiedAtMs, accessedAtMs } = file;
    const times = { modifiedAtMs, accessedAtMs };
    const written = await writeOutput(encoded, { tempPath, format, metadata, ...times });
    await verifyOutput(tempPath, { width, height, format });
    return { ...written, warnings: [...warnings, ...written.warnings] };
  } finally {
    await rm(scratchPath, { force: true });
  }
}

function writeResult(store: RowStore, image: OpenedInput, job: EnlargeJob): Promise<WrittenFile> {
  return writeEncoded(image, job, store.shape, (options, scratchPath) =>
    encodePixels(store, options, scratchPath),
  );
}

/** Decodes at once, but waits for its turn at the engine: the last image is encoded and the next decoded meanwhile. */
async function enlargeInTurn(
  image: OpenedInput,
  job: EnlargeJob,
  tools: WorkerTools,
  { hooks, decoded }: { readonly hooks: JobHooks; readonly decoded: DecodedRaster | undefined },
): Promise<TimedEnlargement> {
  const { to } = image;
  const startedAt = performance.now();
  const { warnings: decodeWarnings, ...source } = decoded ?? (await decodeRaster(image));
  const decodeMs = performance.now() - startedAt;
  hooks.onStage?.('wait');
  const leave = await tools.inference.enter(1, hooks.signal);
  try {
    const { models } = tools;
    const readRegistry = (): Promise<readonly InstalledModel[]> => models.registry(job.modelsFolder);
    const { settings, choice } = await chooseModel(job.settings, source, readRegistry);
    const enlarged = await enlarge(rasterStore(source), { job: { ...job, settings }, to, models, ...hooks });
    return { ...enlarged, source, decodeWarnings, decodeMs, ...defined({ choice }) };
  } finally {
    leave();
  }
}

type TimedEnlargement = Enlarged & {
  readonly source: Raster;
  readonly decodeWarnings: readonly string[];
  readonly decodeMs: number;
  readonly choice?: ChosenModel;
};

/** Writes a finished image to its place. */
export type WriteResult = (store: RowStore, image: OpenedInput, job: EnlargeJob) => Promise<WrittenFile>;

export interface MakeOptions {
  readonly hooks: JobHooks;
  /** By default a separate file. */
  readonly write?: WriteResult;
  /** The pixels, if they have been decoded already. */
  readonly source?: DecodedRaster;
}

/** Judges a result, and makes small images of it for a report, if the job requests either. */
async function assess(
  { source, store }: { readonly source: Raster; readonly store: RowStore },
  job: EnlargeJob,
  made: Parameters<typeof measureResult>[2],
): Promise<Partial<Measured>> {
  const measured: Partial<Measured> = job.measure === true ? measureResult(source, store, made) : {};
  if (job.previewPath !== undefined) {
    const views = [storeView(rasterStore(source)), storeView(store)] as const;
    const images = await makeReportImages(...views, measured.quality);
    await writeFile(job.previewPath, JSON.stringify(images));
  }
  return measured;
}

/** Waits until both have ended, so that their memory can be freed. */
async function settleBoth<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

/** Enlarges an opened image, measures the result and writes it. */
export async function makeResult(
  image: OpenedInput,
  job: EnlargeJob,
  tools: WorkerTools,
  { hooks, write = writeResult, source: decoded }: MakeOptions,
): Promise<EnlargedImage> {
  const { file, facts, to } = image;
  const enlarged = await enlargeInTurn(image, job, tools, { hooks, decoded });
  const { store, source, decodeWarnings, decodeMs, ...others } = enlarged;
  const { inferenceMs, deviceChanges, windows, reuse, howMade, ...made } = others;
  try {
    throwIfCancelled(hooks.signal);
    const { borders, ...passes } = describePasses({
      ...{ ...made, windows, reuse },
      ...{ from: facts.size, to, tile: job.settings.tile },
    });
    const isAssessed = job.measure === true || job.previewPath !== undefined;
    hooks.onStage?.(isAssessed ? 'assess' : 'encode', megapixelsOf(to));
    const startedAt = performance.now();
    // Judging keeps this thread busy, and the encoder another one.
    const writing = write(store, image, job);
    const assessing = assess({ source, store }, job, { ...howMade, borders }).finally(() => {
      if (isAssessed) hooks.onStage?.('encode', megapixelsOf(to));
    });
    const [written, { quality, measureMs }] = await settleBoth(writing, assessing);
    throwIfCancelled(hooks.signal);
    const alphaNote = transparencyNote(source, job.outputFormat, job.settings.background);
    const inputSha256 = createHash('sha256').update(file.bytes).digest('hex');
    return {
      kind: 'enhanced',
      input: { ...facts.size, format: file.format, sizeBytes: file.bytes.length, sha256: inputSha256 },
      output: { ...to, format: job.outputFormat, sizeBytes: written.sizeBytes, sha256: written.sha256 },
      ...made,
      ...passes,
      warnings: [
        ...facts.warnings,
        ...decodeWarnings,
        ...deviceChanges,
        ...(alphaNote === undefined ? [] : [alphaNote]),
        ...written.warnings,
      ],
      times: {
        decodeMs,
        inferenceMs,
        // Apart from judging, which runs at the same time.
        encodeMs: performance.now() - startedAt - (measureMs ?? 0),
        ...(measureMs !== undefined && { measureMs }),
      },
      ...(quality && { quality }),
    };
  } finally {
    store.dispose();
  }
}
