import type { EnlargerApi } from '../../../core/api/contract.ts';
import type { VerdictKind } from '../../../core/api/report.ts';
import type { BatchSummary, JobView, MeasuredImage, ScoreBar, ScoreName } from '../../../core/api/views.ts';
import { Latest } from '../latest.ts';

/** Images that are fetched at once. */
const PAGE = 100;

/** The figures that a histogram can show, most important first. */
export const SCORE_NAMES = [
  'psnrDb',
  'ssim',
  'deltaE',
  'gradientGain',
] as const satisfies readonly ScoreName[];

const SEVERITY = { failed: 0, look: 1, ok: 2 } as const satisfies Record<VerdictKind, number>;

/** How good a score is, lower is worse; a missing one sorts last. */
function rankOf({ scores }: MeasuredImage, score: ScoreName): number {
  const value = scores[score];
  if (value === null) return Number.POSITIVE_INFINITY;
  return score === 'deltaE' ? -value : value;
}

function worstFirst(images: readonly MeasuredImage[], score: ScoreName): readonly MeasuredImage[] {
  return [...images].sort(
    (a, b) => SEVERITY[a.verdict] - SEVERITY[b.verdict] || compare(rankOf(a, score), rankOf(b, score)),
  );
}

/** Also works for two infinite numbers. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}

/** The reports of one batch: how many images match their originals how well, and which to check first. */
export class BatchReportState {
  readonly #api: EnlargerApi;
  readonly #latest = new Latest();
  #batchId = $state<number | undefined>(undefined);
  #summary = $state.raw<Omit<BatchSummary, 'worstFirst' | 'failures'> | undefined>(undefined);
  #images = $state.raw<readonly MeasuredImage[]>([]);
  #failures = $state.raw<readonly JobView[]>([]);
  #score = $state<ScoreName>('psnrDb');
  #isLoading = $state(false);
  readonly #sorted = $derived(worstFirst(this.#images, this.#score));

  constructor(api: EnlargerApi) {
    this.#api = api;
  }

  get batchId(): number | undefined {
    return this.#batchId;
  }

  /** The measured images that were fetched, worst first: by verdict, then by the chosen score. */
  get images(): readonly MeasuredImage[] {
    return this.#sorted;
  }

  /** The fetched part of the inputs without a result. */
  get failures(): readonly JobView[] {
    return this.#failures;
  }

  get failedTotal(): number {
    return this.#summary?.counts.failed ?? 0;
  }

  get doneTotal(): number {
    return this.#summary?.counts.done ?? 0;
  }

  get verdicts(): Readonly<Record<VerdictKind, number>> {
    return this.#summary?.verdicts ?? { ok: 0, look: 0, failed: 0 };
  }

  get measuredTotal(): number {
    const { ok, look, failed } = this.verdicts;
    return ok + look + failed;
  }

  get hasMore(): boolean {
    return this.#images.length < this.measuredTotal || this.#failures.length < this.failedTotal;
  }

  /** The content of the histogram. */
  get score(): ScoreName {
    return this.#score;
  }

  set score(score: ScoreName) {
    this.#score = score;
  }

  get bars(): readonly ScoreBar[] {
    return this.#summary?.histograms[this.#score] ?? [];
  }

  get isLoading(): boolean {
    return this.#isLoading;
  }

  async open(batchId: number): Promise<void> {
    if (batchId !== this.#batchId) this.close();
    this.#batchId = batchId;
    await this.#fetch(batchId, 0);
  }

  /** Fetches the next page of both lists. */
  async more(): Promise<void> {
    const batchId = this.#batchId;
    if (batchId === undefined || this.#isLoading || !this.hasMore) return;
    await this.#fetch(batchId, Math.max(this.#images.length, this.#failures.length));
  }

  close(): void {
    this.#latest.forget();
    this.#batchId = undefined;
    this.#summary = undefined;
    this.#images = [];
    this.#failures = [];
    this.#isLoading = false;
  }

  async #fetch(batchId: number, offset: number): Promise<void> {
    this.#isLoading = true;
    try {
      const page = await this.#latest.run(() => this.#api.getBatchReport({ batchId, offset, limit: PAGE }));
      if (page === undefined) return;
      const { worstFirst, failures, ...summary } = page;
      this.#summary = summary;
      this.#images = [...this.#images.slice(0, offset), ...worstFirst];
      this.#failures = [...this.#failures.slice(0, offset), ...failures];
      this.#isLoading = false;
    } catch (error) {
      this.#isLoading = false;
      throw error;
    }
  }
}
