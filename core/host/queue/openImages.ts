import { readImageHeader } from '../../image/formats/imageHeader.ts';
import { readModelRegistry, type InstalledModel } from '../../models/modelRegistry.ts';
import type { OpenJob } from '../../store/jobTable.ts';
import type { Store } from '../../store/store.ts';
import type { EstimateBasis, ImageWork } from '../estimates/estimateImage.ts';
import { workFor } from '../estimates/planWork.ts';

/** Jobs that are looked up in the list at once. */
const JOBS_AT_ONCE = 200;

/** What is known about an image before it is processed; one that is large enough needs no work. */
export type KnownWork = ImageWork | 'large-enough' | 'unknown';

/** What is needed, besides the rates, to estimate a batch's images. */
export type BatchBasis = Omit<EstimateBasis, 'rates'>;

/** The images that wait, with their headers, which are read in the background. */
export class OpenImages {
  readonly #store: Store;
  readonly #works = new Map<number, KnownWork>();
  readonly #bases = new Map<number, BatchBasis>();
  #isReading = false;

  constructor(store: Store) {
    this.#store = store;
  }

  get isReading(): boolean {
    return this.#isReading;
  }

  workOf(jobId: number): KnownWork | undefined {
    return this.#works.get(jobId);
  }

  basisOf(batchId: number): BatchBasis | undefined {
    return this.#bases.get(batchId);
  }

  /** Forgets images whose jobs ended, and reads new ones. */
  follow(open: readonly OpenJob[]): void {
    const ids = new Set(open.map(({ id }) => id));
    for (const id of this.#works.keys()) if (!ids.has(id)) this.#works.delete(id);
    const batches = new Set(open.map(({ batchId }) => batchId));
    for (const id of this.#bases.keys()) if (!batches.has(id)) this.#bases.delete(id);
    const fresh = open.filter(({ id }) => !this.#works.has(id));
    if (fresh.length > 0 && !this.#isReading) void this.#read(fresh);
  }

  async #read(fresh: readonly OpenJob[]): Promise<void> {
    this.#isReading = true;
    try {
      for (const batchId of new Set(fresh.map((job) => job.batchId))) await this.#readBasis(batchId);
      for (let at = 0; at < fresh.length; at += JOBS_AT_ONCE) {
        await this.#readHeaders(fresh.slice(at, at + JOBS_AT_ONCE).map(({ id }) => id));
      }
    } catch {
      // The program is ending, and its list is closed.
    }
    this.#isReading = false;
  }

  async #readBasis(batchId: number): Promise<void> {
    const batch = this.#store.batches.get(batchId);
    if (batch === undefined) return;
    const registry = await readModelRegistry(batch.modelsFolder).catch((): InstalledModel[] => []);
    this.#bases.set(batchId, { registry, settings: batch.spec.settings, measure: true });
  }

  async #readHeaders(ids: readonly number[]): Promise<void> {
    for (const { id, batchId, source, format } of this.#store.jobs.getAll(ids)) {
      const basis = this.#bases.get(batchId);
      const work =
        basis === undefined || format === undefined
          ? undefined
          : await readImageHeader(source)
              .then((header) => workFor(header, format, basis.settings))
              .catch(() => undefined);
      this.#works.set(id, work ?? 'unknown');
    }
  }
}
