import { imageShare, megapixelsOf, type EstimateBasis, type ImageWork } from '../estimates/estimateImage.ts';
import { readRates, type MachineRates } from '../estimates/machineRates.ts';
import { PaceCorrection } from '../estimates/paceCorrection.ts';
import type { OpenJob } from '../../store/jobTable.ts';
import type { Store } from '../../store/store.ts';
import { OpenImages } from './openImages.ts';

/** A sum is taken again after this time; in between it is the same. */
const MAX_AGE_MS = 1_000;

/** Images that are estimated one by one; of more than these, evenly chosen ones stand for all. */
const MAX_ESTIMATED = 400;

/** Of the open images whose headers are still being read. */
const MIN_KNOWN_SHARE = 0.9;

interface Sum {
  readonly atMs: number;
  readonly remainingMs: number | undefined;
}

/** One open image with what it will take. */
interface Share {
  readonly megapixels: number;
  readonly elapsedMs: number;
}

/** What a queue tells about itself. */
export interface EstimatedQueue {
  readonly store: Store;
  /** How much of a job under way is done, 0…1. */
  doneShareOf(jobId: number): number;
}

/**
 * How long the open images will take: by this machine's rates, which outlive the program, and by how much slower or
 * faster the last images were than those.
 */
export class QueueEstimate {
  readonly #queue: EstimatedQueue;
  readonly #images: OpenImages;
  readonly #correction = new PaceCorrection();
  #lastEndMs: number | undefined;
  #sum: Sum = { atMs: Number.NEGATIVE_INFINITY, remainingMs: undefined };

  constructor(queue: EstimatedQueue) {
    this.#queue = queue;
    this.#images = new OpenImages(queue.store);
  }

  /**
   * Compares a result with what it was to take. The first one after a break also started a worker.
   *
   * @param busyMs The queue's time of work so far.
   */
  ended({ id, batchId }: OpenJob, busyMs: number): void {
    const work = this.#images.workOf(id);
    const basis = this.#basisOf(batchId, readRates(this.#queue.store));
    const startedMs = this.#lastEndMs;
    // When nothing is left to do, what comes next begins with a break.
    this.#lastEndMs = this.#queue.store.jobs.openWork().images === 0 ? undefined : busyMs;
    if (startedMs === undefined || basis === undefined || work === undefined || typeof work === 'string')
      return;
    const { elapsedMs } = imageShare(work, basis);
    if (elapsedMs === undefined) return;
    this.#correction.add({ observedMs: busyMs - startedMs, expectedMs: elapsedMs });
  }

  /** @returns Undefined as long as the rates of such images, or their sizes, are not known. */
  remainingMs(now = performance.now()): number | undefined {
    if (now - this.#sum.atMs >= MAX_AGE_MS) this.#sum = { atMs: now, remainingMs: this.#sumUp() };
    return this.#sum.remainingMs;
  }

  #basisOf(batchId: number, rates: MachineRates): EstimateBasis | undefined {
    const basis = this.#images.basisOf(batchId);
    return basis && { ...basis, rates };
  }

  #sumUp(): number | undefined {
    const { store } = this.#queue;
    const open = store.jobs.openJobs();
    this.#images.follow(open);
    const rates = readRates(store);
    const every = Math.max(1, Math.ceil(open.length / MAX_ESTIMATED));
    const known = open.filter(({ id }) => (this.#images.workOf(id) ?? 'unknown') !== 'unknown');
    // Headers are read within seconds; until then a few of them would stand for all.
    if (this.#images.isReading && known.length < MIN_KNOWN_SHARE * open.length) return undefined;
    const shares: Share[] = [];
    for (const job of known.filter((_, index) => index % every === 0)) {
      const share = this.#shareOf(job, rates);
      if (share === undefined) return undefined;
      shares.push(share);
    }
    if (shares.length === 0) return undefined;
    return Math.round(this.#forAll(shares, known, open.length) * this.#correction.factor());
  }

  #shareOf({ id, batchId }: OpenJob, rates: MachineRates): Share | undefined {
    const work = this.#images.workOf(id);
    if (work === 'large-enough') return { megapixels: 0, elapsedMs: 0 };
    const basis = this.#basisOf(batchId, rates);
    if (basis === undefined || work === undefined || work === 'unknown') return undefined;
    const { elapsedMs } = imageShare(work, basis);
    const left = 1 - this.#queue.doneShareOf(id);
    return elapsedMs === undefined ? undefined : { megapixels: sizeOf(work), elapsedMs: elapsedMs * left };
  }

  /** Estimated images stand for the other known ones by megapixels, and known ones for the others by number. */
  #forAll(shares: readonly Share[], known: readonly OpenJob[], openImages: number): number {
    const elapsedMs = shares.reduce((sum, share) => sum + share.elapsedMs, 0);
    const estimated = shares.reduce((sum, { megapixels }) => sum + megapixels, 0);
    const all = known.reduce((sum, { id }) => {
      const work = this.#images.workOf(id);
      return sum + (typeof work === 'object' ? sizeOf(work) : 0);
    }, 0);
    const forKnown = estimated > 0 ? (elapsedMs * all) / estimated : elapsedMs;
    return (forKnown * openImages) / known.length;
  }
}

function sizeOf({ to, frames }: ImageWork): number {
  return megapixelsOf(to) * frames;
}
