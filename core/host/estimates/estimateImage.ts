import { EnlargerError } from '../../api/errors.ts';
import { AUTO_MODEL } from '../../api/models/chosenModel.ts';
import type { InputFormat } from '../../api/imageFormats.ts';
import type { Size } from '../../api/image.ts';
import type { JobSettings } from '../../api/jobSettings.ts';
import type { OutputFormat } from '../../api/outputFormats.ts';
import { isInterpolationKernel } from '../../engine/interpolation.ts';
import { choosePasses } from '../../jobs/planPasses.ts';
import { findModels, type InstalledModel } from '../../models/modelRegistry.ts';
import { DEFAULT_BYTES_PER_PIXEL } from './defaultBytes.ts';
import { costOf, type LinearRate } from './linearRate.ts';
import type { MachineRates } from './machineRates.ts';
import { encodingKey, networkKey, wishKey } from './rateKeys.ts';

/** One image to be enlarged, as its header describes it. */
export interface ImageWork {
  readonly format: InputFormat;
  readonly outputFormat: OutputFormat;
  readonly from: Size;
  readonly to: Size;
  /** Pages or frames that are enlarged. */
  readonly frames: number;
}

/** What estimates are made from. */
export interface EstimateBasis {
  readonly rates: MachineRates;
  readonly registry: readonly InstalledModel[];
  readonly settings: JobSettings;
  /** Whether results are judged. */
  readonly measure: boolean;
}

/** Time of the steps for an image; undefined if no similar image has been enlarged here. */
export interface ImageTime {
  readonly inferenceMs: number | undefined;
  /** Decoding, encoding and judging. */
  readonly otherMs: number;
}

export function megapixelsOf({ width, height }: Size): number {
  return (width * height) / 1e6;
}

/** Device that this would run on, by the last time that the same was requested. */
function deviceOf({ rates, settings }: EstimateBasis): string | undefined {
  return rates.devices[wishKey(settings)];
}

/** Milliseconds for a chain of networks that has not been run, by its arithmetic in proportion to one that has. */
function byArithmetic(
  chain: readonly InstalledModel[],
  megapixels: number,
  device: string,
  { rates, registry, settings }: EstimateBasis,
): number | undefined {
  const macsPerOutput = (models: readonly InstalledModel[]): number => {
    const areas = models.map(({ manifest }) => manifest.scale ** 2);
    const output = areas.reduce((product, area) => product * area, 1);
    const inputs = areas.map((_, index) =>
      areas.slice(0, index).reduce((product, area) => product * area, 1),
    );
    return (
      models.reduce((sum, { manifest }, index) => sum + manifest.macs * (inputs[index] ?? 1), 0) / output
    );
  };
  for (const model of registry) {
    const rate = rates.inference[networkKey(device, [model.manifest.id], settings.selfEnsemble)];
    if (rate === undefined) continue;
    return (costOf(rate, megapixels) * macsPerOutput(chain)) / macsPerOutput([model]);
  }
  return undefined;
}

function cleanersOf({ registry, settings }: EstimateBasis): InstalledModel[] {
  return (settings.first ?? []).flatMap((name) => findModels(registry, name).slice(0, 1));
}

function familyMs(family: string, work: ImageWork, basis: EstimateBasis): number | undefined {
  const { registry, rates, settings } = basis;
  const { from, to, frames } = work;
  const device = deviceOf(basis);
  if (device === undefined) return undefined;
  const models = findModels(registry, family);
  const isCleaning = models.every(({ manifest }) => manifest.scale === 1);
  const chain = [...cleanersOf(basis), ...(isCleaning ? models.slice(0, 1) : choosePasses(models, from, to))];
  const area = chain.reduce((product, { manifest }) => product * manifest.scale ** 2, megapixelsOf(from));
  const ids = chain.map(({ manifest }) => manifest.id);
  const rate = rates.inference[networkKey(device, ids, settings.selfEnsemble)];
  return rate === undefined ? byArithmetic(chain, area * frames, device, basis) : costOf(rate, area * frames);
}

/** The family that the program chooses by itself is known only once an image is decoded: the mean of earlier choices. */
function autoMs(work: ImageWork, basis: EstimateBasis): number | undefined {
  const choices = Object.entries(basis.rates.choices);
  const total = choices.reduce((sum, [, count]) => sum + count, 0);
  if (total === 0) return undefined;
  let mean = 0;
  for (const [family, count] of choices) {
    const isThere = basis.registry.some(({ manifest }) => manifest.family === family);
    const cost = isThere ? familyMs(family, work, basis) : undefined;
    if (cost === undefined) return undefined;
    mean += (cost * count) / total;
  }
  return mean;
}

function inferenceMsOf(work: ImageWork, basis: EstimateBasis): number | undefined {
  const { model } = basis.settings;
  if (model === AUTO_MODEL) return autoMs(work, basis);
  if (!isInterpolationKernel(model)) return familyMs(model, work, basis);
  const { rates, settings } = basis;
  const rate = rates.inference[networkKey(deviceOf(basis) ?? '', [model], settings.selfEnsemble)];
  return rate && costOf(rate, megapixelsOf(work.to) * work.frames);
}

/** @throws EnlargerError `model/not-found`, `size/invalid`. */
export function imageTime(work: ImageWork, basis: EstimateBasis): ImageTime {
  const { decode, encode, measure } = basis.rates;
  const made = megapixelsOf(work.to) * work.frames;
  const cost = (rate: LinearRate | undefined, amount: number): number => (rate ? costOf(rate, amount) : 0);
  const encoding = encodingKey(work.outputFormat, basis.settings.quality);
  return {
    inferenceMs: inferenceMsOf(work, basis),
    otherMs:
      cost(decode[work.format], megapixelsOf(work.from) * work.frames) +
      cost(encode[encoding], made) +
      (basis.measure ? cost(measure['all'], made) : 0),
  };
}

/** Size of the file for a result: from earlier results of its format and quality, or by default. */
export function imageBytes(
  { outputFormat, to, frames }: ImageWork,
  { rates, settings }: EstimateBasis,
): number {
  const made = megapixelsOf(to) * frames;
  const rate = rates.bytes[encodingKey(outputFormat, settings.quality)];
  return rate === undefined ? DEFAULT_BYTES_PER_PIXEL[outputFormat] * made * 1e6 : costOf(rate, made);
}

/** How the steps of several images overlap. */
export interface Pace {
  /** Share of decoding, encoding and judging that the engine's work does not hide; all of it until measured. */
  readonly serialShare: number;
  /** Images inside an engine at once, on average. */
  readonly engines: number;
}

export function paceOf({ overlap: { betweenMs, inferenceMs, otherMs } }: EstimateBasis['rates']): Pace {
  if (betweenMs <= 0 || otherMs <= 0) return { serialShare: 1, engines: 1 };
  return {
    serialShare: Math.max(0, (betweenMs - inferenceMs) / otherMs),
    engines: Math.max(1, inferenceMs / betweenMs),
  };
}

/** Time of the steps; unknown, too, for a model that is missing, or cannot reach the size: the job itself fails then. */
function timeIfPossible(work: ImageWork, basis: EstimateBasis): ImageTime {
  try {
    return imageTime(work, basis);
  } catch (error) {
    if (!(error instanceof EnlargerError)) throw error;
    return { inferenceMs: undefined, otherMs: 0 };
  }
}

/** What an image adds to a batch: its time (undefined if unknown) and the size of its result. */
export function imageShare(
  work: ImageWork,
  basis: EstimateBasis,
): { readonly elapsedMs: number | undefined; readonly sizeBytes: number } {
  const { inferenceMs, otherMs } = timeIfPossible(work, basis);
  const { serialShare, engines } = paceOf(basis.rates);
  return {
    elapsedMs:
      inferenceMs === undefined ? undefined : Math.round((inferenceMs + serialShare * otherMs) / engines),
    sizeBytes: Math.round(imageBytes(work, basis)),
  };
}
