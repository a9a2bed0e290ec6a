import { imageShare, type EstimateBasis } from '../estimates/estimateImage.ts';
import { readRates, type MachineRates } from '../estimates/machineRates.ts';
import { PaceCorrection } from '../estimates/paceCorrection.ts';
import type { OpenJob } from '../../store/jobTable.ts';
import type { Store } from '../../store/store.ts';
import { OpenImages } from './openImages.ts';

/** A sum is computed again only after this time. */
const MAX_AGE_MS = 1_000;

/** Images that are estimated one by one; if there are more, a selection stands for all. */
const MAX_ESTIMATED = 400;

/** Longer lists are not examined: the pace of the run is enough to estimate them. */
const MAX_OPEN = 20_000;

/** Of the open images whose headers are still being read. */
const MIN_KNOWN_SHARE = 0.9;

interface Sum {
  readonly atMs: number;
  readonly remainingMs: number | undefined;
}

/** What a queue reports about itself. */
export interface EstimatedQueue {
  readonly store: Store;
  /** How much of a job under way is done, 0…1. */
  doneShareOf(jobId: number): number;
}

/**
 * How long the open images will take: by this machine's rates, which are kept between runs, and by how much slower or
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
   * Compares the time of a result with its estimate. The first one after a break also started a worker.
   *
   * @param busyMs How long the queue has worked so far.
   */
  ended({ id, batchId }: OpenJob, busyMs: number): void {
    const work = this.#images.workOf(id);
    const startedMs = this.#lastEndMs;
    // If the queue is empty, the next image follows a break.
    this.#lastEndMs = this.#queue.store.jobs.openWork().images === 0 ? undefined : busyMs;
    if (startedMs === undefined || work === undefined || typeof work === 'string') return;
    const basis = this.#basisOf(batchId, readRates(this.#queue.store));
    if (basis === undefined) return;
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
    const openImages = store.jobs.openWork().images;
    if (openImages > MAX_OPEN) return undefined;
    const chosen = chosenOf(store.jobs.openJobs(), openImages);
    this.#images.follow(chosen);
    const rates = readRates(store);
    const known = chosen.filter(({ id }) => (this.#images.workOf(id) ?? 'unknown') !== 'unknown');
    // Headers are read within seconds; until then a few of them would stand for all.
    if (this.#images.isReading && known.length < MIN_KNOWN_SHARE * chosen.length) return undefined;
    let elapsedMs = 0;
    for (const job of known) {
      const ownMs = this.#remainingMsOf(job, rates);
      if (ownMs === undefined) return undefined;
      elapsedMs += ownMs;
    }
    if (known.length === 0) return undefined;
    return Math.round(elapsedMs * (openImages / known.length) * this.#correction.factor());
  }

  #remainingMsOf({ id, batchId }: OpenJob, rates: MachineRates): number | undefined {
    const work = this.#images.workOf(id);
    if (work === 'large-enough') return 0;
    const basis = this.#basisOf(batchId, rates);
    if (basis === undefined || work === undefined || work === 'unknown') return undefined;
    const { elapsedMs } = imageShare(work, basis);
    return elapsedMs === undefined ? undefined : elapsedMs * (1 - this.#queue.doneShareOf(id));
  }
}

/** At most about `MAX_ESTIMATED` of the jobs, and mostly the same ones while the list grows shorter. */
function chosenOf(open: readonly OpenJob[], openImages: number): readonly OpenJob[] {
  const every = 2 ** Math.ceil(Math.log2(Math.max(1, openImages / MAX_ESTIMATED)));
  return open.filter(({ id }) => id % every === 0);
}
