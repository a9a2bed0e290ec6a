import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ReportFormat } from '../api/batchSpec.ts';
import type { ErrorDto } from '../api/errors.ts';
import type { PictureReport, ReportedFailure } from '../api/report.ts';
import { reportPicturesSchema } from '../api/reportPictures.ts';
import { csvReport } from '../report/csvReport.ts';
import { htmlReport } from '../report/htmlReport.ts';
import { jsonBatchReport } from '../report/jsonReport.ts';
import type { ReportEntry } from '../report/reportEntry.ts';
import type { ReportLanguage } from '../report/reportWords.ts';
import { assertReportMayBeWritten, writeReport } from './writeReport.ts';

/** Which reports a batch is to leave behind. */
export interface BatchReportRequest {
  /** Judge each result. */
  readonly measure: boolean;
  /** Files about the whole batch. */
  readonly files: readonly { readonly path: string; readonly format: ReportFormat }[];
  /** One JSON file beside every result. */
  readonly each: boolean;
  /** Of the HTML report. */
  readonly language: ReportLanguage;
}

export const NO_REPORTS: BatchReportRequest = { measure: false, files: [], each: false, language: 'en' };

/** Collects the reports of one batch and writes its files. Whoever opens it closes it. */
export class BatchReports {
  readonly #request: BatchReportRequest;
  readonly #program: string;
  readonly #previewFolder: string | undefined;
  readonly #pictures: { readonly jobId: number; readonly report: PictureReport }[] = [];
  readonly #failures: ReportedFailure[] = [];

  private constructor(request: BatchReportRequest, program: string, previewFolder: string | undefined) {
    this.#request = request;
    this.#program = program;
    this.#previewFolder = previewFolder;
  }

  /**
   * Checks before any work that the files may be written.
   *
   * @throws EnhancerError `output/exists` where another file has a report's name.
   */
  static async open(request: BatchReportRequest, program: string): Promise<BatchReports> {
    for (const file of request.files) await assertReportMayBeWritten(file.path, file.format);
    const wantsPictures = request.files.some(({ format }) => format === 'html');
    const folder = wantsPictures ? await mkdtemp(path.join(os.tmpdir(), 'enlarger-report-')) : undefined;
    return new BatchReports(request, program, folder);
  }

  /** Whether a report of every result is needed. */
  get isAsked(): boolean {
    return this.#request.files.length > 0;
  }

  /** Where a worker is to leave small pictures of a result; undefined where none are needed. */
  previewPathOf(jobId: number): string | undefined {
    return this.#previewFolder === undefined ? undefined : path.join(this.#previewFolder, `${jobId}.json`);
  }

  /** Takes the report of a result that has its name. */
  add(jobId: number, report: PictureReport): void {
    if (this.isAsked) this.#pictures.push({ jobId, report });
  }

  /** Notes an input that gave no result. */
  addFailure(input: string, { code, message }: Pick<ErrorDto, 'code' | 'message'>): void {
    if (this.#request.files.length > 0) this.#failures.push({ input, error: { code, message } });
  }

  /**
   * Writes the files about the whole batch, in the order of its jobs.
   *
   * @returns Their paths.
   * @throws EnhancerError `output/…`.
   */
  async write(): Promise<string[]> {
    const pictures = this.#pictures.toSorted((a, b) => a.jobId - b.jobId);
    for (const { path: file, format } of this.#request.files) {
      await writeReport(file, format, await this.#render(format, pictures));
    }
    return this.#request.files.map((file) => file.path);
  }

  async close(): Promise<void> {
    if (this.#previewFolder !== undefined) await rm(this.#previewFolder, { recursive: true, force: true });
  }

  async #render(
    format: ReportFormat,
    pictures: readonly { readonly jobId: number; readonly report: PictureReport }[],
  ): Promise<string> {
    const reports = pictures.map(({ report }) => report);
    switch (format) {
      case 'csv':
        return csvReport(reports);
      case 'json':
        return jsonBatchReport({
          schema: 'enlarger.batch-report/1',
          program: this.#program,
          finishedAt: new Date().toISOString(),
          pictures: reports,
          failures: this.#failures,
        });
      case 'html': {
        const entries: ReportEntry[] = [];
        for (const { jobId, report } of pictures) entries.push(await this.#entryOf(jobId, report));
        return htmlReport({ entries, failures: this.#failures, language: this.#request.language });
      }
    }
  }

  async #entryOf(jobId: number, report: PictureReport): Promise<ReportEntry> {
    const previewPath = this.previewPathOf(jobId);
    if (previewPath === undefined) return { report };
    const text = await readFile(previewPath, 'utf8');
    return { report, pictures: reportPicturesSchema.parse(JSON.parse(text)) };
  }
}
