/**
 * @file How long a batch takes and how large its results are. `learnRates.ts` sums up each image that was enlarged
 * (`machineRates.ts`, kept in the store; `linearRate.ts`), `estimateImage.ts` and `estimateWork.ts` apply that to images
 * of which only the headers were read (`planWork.ts`).
 */
import type { JobSettings } from '../../api/jobSettings.ts';
import type { EnlargedImage } from '../../pool/messages.ts';
import type { Store } from '../../store/store.ts';
import { encodingKey, networkKey, wishKey } from './rateKeys.ts';
import { keepRates, readRates, withEntry, withRate, type MachineRates } from './machineRates.ts';

/** A result whose work did not begin before the last one ended by more than this began a run. */
const MAX_GAP_MS = 100;

/** Sums of overlapping work are halved at this size, so that they follow the machine. */
const MAX_OVERLAP_MS = 30 * 60_000;

/** An image that was enlarged. */
export interface LearnedImage {
  readonly settings: JobSettings;
  readonly image: EnlargedImage;
  /** From the start of the job to its published result. */
  readonly elapsedMs: number;
}

function megapixels({ width, height }: { readonly width: number; readonly height: number }): number {
  return (width * height) / 1e6;
}

/** The rates of single steps with an image's times added. */
function withTimes(rates: MachineRates, { settings, image }: LearnedImage): MachineRates {
  const { input, output, times, frames = 1, choice } = image;
  const made = megapixels(output) * frames;
  const passed = image.passes.reduce((area, { scale }) => area * scale * scale, megapixels(input)) * frames;
  const encoding = encodingKey(output.format, settings.quality);
  const network = networkKey(image.device, image.models, settings.selfEnsemble);
  const { measureMs } = times;
  return {
    ...rates,
    inference: withRate(rates.inference, network, { amount: passed, cost: times.inferenceMs }),
    decode: withRate(rates.decode, input.format, {
      amount: megapixels(input) * frames,
      cost: times.decodeMs,
    }),
    encode: withRate(rates.encode, encoding, { amount: made, cost: times.encodeMs }),
    bytes: withRate(rates.bytes, encoding, { amount: made, cost: output.sizeBytes }),
    ...(measureMs !== undefined && {
      measure: withRate(rates.measure, 'all', { amount: made, cost: measureMs }),
    }),
    devices: withEntry(rates.devices, wishKey(settings), image.device),
    ...(choice && {
      choices: withEntry(rates.choices, choice.family, (rates.choices[choice.family] ?? 0) + 1),
    }),
  };
}

interface Overlap {
  readonly betweenMs: number;
  readonly inferenceMs: number;
  readonly otherMs: number;
}

function withOverlap(rates: MachineRates, added: Overlap): MachineRates {
  const { overlap } = rates;
  const keep = overlap.betweenMs > MAX_OVERLAP_MS ? 0.5 : 1;
  return {
    ...rates,
    overlap: {
      betweenMs: overlap.betweenMs * keep + added.betweenMs,
      inferenceMs: overlap.inferenceMs * keep + added.inferenceMs,
      otherMs: overlap.otherMs * keep + added.otherMs,
    },
  };
}

/** Learns what work costs on this machine from every result of one run of the program. */
export class RateLearner {
  readonly #store: Store;
  #rates: MachineRates | undefined;
  #lastEndMs: number | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Adds a result; to be called when it is published, in the transaction that records it. */
  add(learned: LearnedImage, nowMs = performance.now()): void {
    const times = learned.image.times;
    const otherMs = times.decodeMs + times.encodeMs + (times.measureMs ?? 0);
    const workMs = times.inferenceMs + otherMs;
    let rates = withTimes((this.#rates ??= readRates(this.#store)), learned);
    const lastEndMs = this.#lastEndMs;
    const startedMs = nowMs - learned.elapsedMs;
    if (lastEndMs === undefined) {
      const cost = Math.max(0, learned.elapsedMs - workMs);
      rates = { ...rates, start: withRate(rates.start, 'all', { amount: 1, cost }) };
    } else if (startedMs <= lastEndMs + MAX_GAP_MS) {
      const betweenMs = nowMs - lastEndMs;
      // Longer than all of the work: the queue was paused, or the machine asleep.
      if (betweenMs < 3 * workMs + 1000) {
        rates = withOverlap(rates, { betweenMs, inferenceMs: times.inferenceMs, otherMs });
      }
    }
    this.#lastEndMs = nowMs;
    this.#rates = rates;
    keepRates(this.#store, rates);
  }
}
