import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ReportFormat } from '../api/batchSpec.ts';
import { reportPicturesSchema, type ReportPictures } from '../api/reportPictures.ts';
import { renderReport } from '../report/renderReport.ts';
import type { ReportLanguage } from '../report/reportWords.ts';
import { batchReportParts, type MakePictures, type ReportParts } from './batchReportParts.ts';
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

/** Writes the report files of one batch that a command names. Whoever opens it closes it. */
export class BatchReports {
  readonly #request: BatchReportRequest;
  readonly #previewFolder: string | undefined;

  private constructor(request: BatchReportRequest, previewFolder: string | undefined) {
    this.#request = request;
    this.#previewFolder = previewFolder;
  }

  /**
   * Checks before any work that the files may be written.
   *
   * @throws EnhancerError `output/exists` where another file has a report's name.
   */
  static async open(request: BatchReportRequest): Promise<BatchReports> {
    for (const file of request.files) await assertReportMayBeWritten(file.path, file.format);
    const wantsPictures = request.files.some(({ format }) => format === 'html');
    const folder = wantsPictures ? await mkdtemp(path.join(os.tmpdir(), 'enlarger-report-')) : undefined;
    return new BatchReports(request, folder);
  }

  /** Whether a report of every result is needed. */
  get isAsked(): boolean {
    return this.#request.files.length > 0;
  }

  /** Where a worker is to leave small pictures of a result; undefined where none are needed. */
  previewPathOf(jobId: number): string | undefined {
    return this.#previewFolder === undefined ? undefined : path.join(this.#previewFolder, `${jobId}.json`);
  }

  /**
   * Writes the files about the whole batch, in the order of its jobs.
   *
   * @param batchId Undefined for a batch of nothing.
   * @param parts `makePictures` is asked for what no worker left here.
   * @returns Their paths.
   * @throws EnhancerError `output/…`.
   */
  async write(batchId: number | undefined, parts: ReportParts): Promise<string[]> {
    const makePictures: MakePictures = async (jobId, report) =>
      (await this.#previewOf(jobId)) ?? parts.makePictures(jobId, report);
    for (const { path: file, format } of this.#request.files) {
      const batchIds = batchId === undefined ? [] : [batchId];
      const batch = batchReportParts({ ...parts, makePictures }, { batchIds });
      await writeReport(file, format, renderReport(batch, format, this.#request.language));
    }
    return this.#request.files.map((file) => file.path);
  }

  async close(): Promise<void> {
    if (this.#previewFolder !== undefined) await rm(this.#previewFolder, { recursive: true, force: true });
  }

  async #previewOf(jobId: number): Promise<ReportPictures | undefined> {
    const file = this.previewPathOf(jobId);
    if (file === undefined || !existsSync(file)) return undefined;
    return reportPicturesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  }
}
