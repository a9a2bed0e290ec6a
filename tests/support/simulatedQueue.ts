import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Size } from '../../core/api/image.ts';
import { DEFAULT_JOB_SETTINGS, type JobSettings } from '../../core/api/jobSettings.ts';
import { RateLearner } from '../../core/host/estimates/learnRates.ts';
import { QueueEstimate } from '../../core/host/queue/queueEstimate.ts';
import { QueueRate } from '../../core/host/queue/queueRate.ts';
import type { EnlargedImage } from '../../core/pool/messages.ts';
import type { Store } from '../../core/store/store.ts';
import { modelsFolder } from './images.ts';
import { sampleBatch } from './sampleBatch.ts';

const SETTINGS: JobSettings = { ...DEFAULT_JOB_SETTINGS, model: 'fast', format: 'jpeg' };
const SCALE = 4;
const START_MS = 1_500;
const MAX_ATTEMPTS = 5_000;

/** Writes the beginning of a PNG file, which has its size. */
function writeHeader(file: string, { width, height }: Size): void {
  const bytes = Buffer.alloc(33);
  Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]).copy(bytes);
  bytes.write('IHDR', 12);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  Buffer.from([8, 2, 0, 0, 0]).copy(bytes, 24);
  writeFileSync(file, bytes);
}

/** The time of a simulated image; `load` is how much slower the machine is than usual. */
function timesFor({ width, height }: Size, load: number): EnlargedImage['times'] {
  const megapixels = (width * height) / 1e6;
  const made = megapixels * SCALE ** 2;
  return {
    decodeMs: load * (4 + 18 * megapixels),
    inferenceMs: load * (30 + 420 * made),
    encodeMs: load * (6 + 70 * made),
    measureMs: load * (20 + 35 * made),
  };
}

function madeImage({ width, height }: Size, times: EnlargedImage['times']): EnlargedImage {
  const format = { sizeBytes: 1_000, sha256: '' };
  return {
    kind: 'enhanced',
    input: { width, height, format: 'png', ...format },
    output: { width: width * SCALE, height: height * SCALE, format: 'jpeg', ...format },
    models: ['fast-x4'],
    device: 'onnx:cpu',
    passes: [{ id: 'fast-x4', scale: SCALE, sha256: null }],
    tiling: { tilePx: 0, contextPx: 0 },
    ...{ tiles: 1, repairedTiles: 0, warnings: [], times },
  };
}

/** A run of the program on a simulated clock: the estimates are real, the work takes simulated times. */
export class SimulatedRun {
  readonly #store: Store;
  readonly #folder: string;
  readonly #learner: RateLearner;
  readonly #rate = new QueueRate();
  readonly #estimate: QueueEstimate;
  #now: number;
  #hasStarted = false;
  /** Each request comes a second after the last. */
  #queries = 0;

  /** @param now Milliseconds on the simulated clock. */
  constructor(store: Store, folder: string, now: number) {
    this.#store = store;
    this.#folder = folder;
    this.#now = now;
    this.#learner = new RateLearner(store);
    this.#estimate = new QueueEstimate({ store, doneShareOf: () => 0 });
  }

  get now(): number {
    return this.#now;
  }

  addBatch(sizes: readonly Size[]): void {
    const jobs = sizes.map((size, index) => {
      const source = path.join(this.#folder, `${this.#now} ${index}.png`);
      writeHeader(source, size);
      const place = { input: source, source, name: path.basename(source), target: `${source}.jpg` };
      return { ...place, format: 'jpeg' as const, state: { kind: 'queued' as const } };
    });
    const batch = sampleBatch({ settings: SETTINGS });
    this.#store.addBatch({ ...batch, modelsFolder }, 0, jobs);
  }

  /** Time for the open jobs, as the window gets it. */
  async remainingMs(): Promise<number | undefined> {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const remaining = this.#estimate.remainingMs((this.#queries += 1_000));
      if (remaining !== undefined) return remaining;
      // Headers are read in the background.
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    return undefined;
  }

  /** Works on the next image. @returns How long that took. */
  workOnce({ width, height }: Size, load: number): number {
    const job = this.#store.transitions.takeNext(() => ({ tempPath: '', scratchFolder: '' }));
    if (job === undefined) throw new Error('Nothing waits.');
    const startedAt = this.#now;
    this.#rate.start(job.id, startedAt);
    const times = timesFor({ width, height }, load);
    const { decodeMs, inferenceMs, encodeMs, measureMs = 0 } = times;
    const betweenMs = inferenceMs + 0.6 * (decodeMs + encodeMs + measureMs);
    const takenMs = betweenMs + (this.#hasStarted ? 0 : START_MS * load);
    this.#hasStarted = true;
    this.#now += takenMs;
    this.#store.transitions.end(job, { kind: 'cancelled' });
    const image = madeImage({ width, height }, times);
    this.#learner.add({ settings: SETTINGS, image, elapsedMs: takenMs }, this.#now);
    this.#rate.end(job.id, { megapixels: (width * height * 16) / 1e6, device: 'CPU' }, this.#now);
    this.#estimate.ended(job, this.#rate.busyMs(this.#now));
    return takenMs;
  }

  pause(ms: number): void {
    this.#rate.setPaused(true, this.#now);
    this.#now += ms;
    this.#rate.setPaused(false, this.#now);
  }
}
