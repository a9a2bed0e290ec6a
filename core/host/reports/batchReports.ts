/**
 * @file Reports, from a result to a file. `imageReport.ts` drafts a result's report, `publishedReport.ts` completes it
 * once the file has its name, `batchReportParts.ts` collects those of a batch, and `batchReports.ts` renders them for
 * the command line. `reportFiles.ts` writes the files that a batch requested to `reportPlaces.ts`, through
 * `writeReport.ts`, in the language of `reportLanguage.ts`; `exportsFolder.ts` contains those that a window exports.
 */
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { ReportFormat } from '../../api/batchSpec.ts';
import { reportImagesSchema, type ReportImages } from '../../api/reportImages.ts';
import { renderReport } from '../../report/renderReport.ts';
import type { ReportLanguage } from '../../report/reportWords.ts';
import { batchReportParts, type MakeImages, type ReportParts } from './batchReportParts.ts';
import { assertReportMayBeWritten, writeReport } from './writeReport.ts';

/** Which reports a batch writes. */
export interface BatchReportRequest {
  /** Judge each result. */
  readonly measure: boolean;
  /** Files about the whole batch. */
  readonly files: readonly { readonly path: string; readonly format: ReportFormat }[];
  /** One JSON file next to every result. */
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
   * @throws EnlargerError `output/exists` if another file has a report's name.
   */
  static async open(request: BatchReportRequest): Promise<BatchReports> {
    for (const file of request.files) await assertReportMayBeWritten(file.path, file.format);
    const wantsImages = request.files.some(({ format }) => format === 'html');
    const folder = wantsImages ? await mkdtemp(path.join(os.tmpdir(), 'enlarger-report-')) : undefined;
    return new BatchReports(request, folder);
  }

  /** Whether a report of every result is needed. */
  get isAsked(): boolean {
    return this.#request.files.length > 0;
  }

  /** Where a worker leaves small images of a result; undefined if they are not needed. */
  previewPathOf(jobId: number): string | undefined {
    return this.#previewFolder === undefined ? undefined : path.join(this.#previewFolder, `${jobId}.json`);
  }

  /**
   * Writes the files about the whole batch, in the order of its jobs.
   *
   * @param batchId Undefined for an empty batch.
   * @param parts `makeImages` is called for images that no worker left here.
   * @returns Their paths.
   * @throws EnlargerError `output/…`.
   */
  async write(batchId: number | undefined, parts: ReportParts): Promise<string[]> {
    const makeImages: MakeImages = async (jobId, report) =>
      (await this.#previewOf(jobId)) ?? parts.makeImages(jobId, report);
    for (const { path: file, format } of this.#request.files) {
      const batchIds = batchId === undefined ? [] : [batchId];
      const batch = batchReportParts({ ...parts, makeImages }, { batchIds });
      await writeReport(file, format, renderReport(batch, format, this.#request.language));
    }
    return this.#request.files.map((file) => file.path);
  }

  async close(): Promise<void> {
    if (this.#previewFolder !== undefined) await rm(this.#previewFolder, { recursive: true, force: true });
  }

  async #previewOf(jobId: number): Promise<ReportImages | undefined> {
    const file = this.previewPathOf(jobId);
    if (file === undefined || !existsSync(file)) return undefined;
    return reportImagesSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  }
}
