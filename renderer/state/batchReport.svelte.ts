import type { EnlargerApi } from '../../core/api/contract.ts';
import type { MeasuredReport, VerdictKind } from '../../core/api/report.ts';
import type { JobView } from '../../core/api/views.ts';
import { binOf, HISTOGRAM_BINS } from './histogram.ts';
import { Latest } from './latest.ts';

const MOST_MEASURED = 2_000; // each picture's report is asked for by itself
const AT_ONCE = 8;

export interface MeasuredJob {
  readonly job: JobView;
  readonly report: MeasuredReport;
}

/** The reports of one batch together: how many explain their input how well, and which to look at first. */
export class BatchReport {
  readonly #api: EnlargerApi;
  readonly #latest = new Latest();
  #batchId = $state<number | undefined>(undefined);
  #measured = $state.raw<readonly MeasuredJob[]>([]);
  #doneTotal = $state(0);
  #isLoading = $state(false);

  readonly #bins = $derived.by(() => {
    const bins = Array.from({ length: HISTOGRAM_BINS }, () => 0);
    for (const { report } of this.#measured) {
      const bin = binOf(report.quality.consistency);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    return bins;
  });

  constructor(api: EnlargerApi) {
    this.#api = api;
  }

  get batchId(): number | undefined {
    return this.#batchId;
  }

  /** The worst first. */
  get measured(): readonly MeasuredJob[] {
    return this.#measured;
  }

  /** Finished pictures of the batch, measured here or not. */
  get doneTotal(): number {
    return this.#doneTotal;
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  get bins(): readonly number[] {
    return this.#bins;
  }

  get verdicts(): Readonly<Record<VerdictKind, number>> {
    const verdicts = { ok: 0, look: 0, failed: 0 };
    for (const { report } of this.#measured) verdicts[report.quality.verdict]++;
    return verdicts;
  }

  async open(batchId: number): Promise<void> {
    this.#batchId = batchId;
    this.#isLoading = true;
    try {
      const measured = await this.#latest.run(() => this.#measure(batchId));
      if (measured === undefined) return;
      this.#measured = measured;
    } finally {
      this.#isLoading = false;
    }
  }

  close(): void {
    this.#latest.forget();
    this.#batchId = undefined;
    this.#measured = [];
  }

  async #measure(batchId: number): Promise<readonly MeasuredJob[]> {
    const jobs: JobView[] = [];
    let total = 1;
    for (let offset = 0; offset < Math.min(total, MOST_MEASURED); offset += 1_000) {
      const page = await this.#api.listJobs({
        batchId,
        states: ['done'],
        order: 'worst-first',
        offset,
        limit: 1_000,
      });
      jobs.push(...page.jobs);
      total = page.total;
    }
    this.#doneTotal = total;
    return this.#reportsOf(jobs.filter(({ state }) => state.kind === 'done' && state.verdict !== undefined));
  }

  async #reportsOf(jobs: readonly JobView[]): Promise<readonly MeasuredJob[]> {
    const measured: MeasuredJob[] = [];
    for (let start = 0; start < jobs.length; start += AT_ONCE) {
      const some = jobs.slice(start, start + AT_ONCE);
      const reports = await Promise.allSettled(some.map(({ id }) => this.#api.getReport({ jobId: id })));
      some.forEach((job, index) => {
        const outcome = reports[index];
        if (outcome?.status === 'fulfilled') measured.push({ job, report: outcome.value });
      });
    }
    return measured;
  }
}
