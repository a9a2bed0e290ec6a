import type { EnlargerApi } from '../../../core/api/contract.ts';
import { toErrorDto } from '../../../core/api/errors.ts';
import type { ErrorDto } from '../../../core/api/errors.ts';
import type { MeasuredReport } from '../../../core/api/report.ts';
import { Latest } from '../latest.ts';

/** The content of the report panel. */
export type ReportState =
  | { readonly kind: 'none' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'shown'; readonly report: MeasuredReport }
  | { readonly kind: 'failed'; readonly error: ErrorDto };

/** The report of the image that is shown. */
export class ImageReports {
  readonly #api: EnlargerApi;
  readonly #latest = new Latest();
  #state = $state.raw<ReportState>({ kind: 'none' });

  constructor(api: EnlargerApi) {
    this.#api = api;
  }

  get state(): ReportState {
    return this.#state;
  }

  async open(jobId: number): Promise<void> {
    if (this.#state.kind !== 'shown') this.#state = { kind: 'loading' };
    try {
      const report = await this.#latest.run(() => this.#api.getReport({ jobId }));
      if (report !== undefined) this.#state = { kind: 'shown', report };
    } catch (error) {
      this.#state = { kind: 'failed', error: toErrorDto(error) };
    }
  }

  close(): void {
    this.#latest.forget();
    this.#state = { kind: 'none' };
  }
}
