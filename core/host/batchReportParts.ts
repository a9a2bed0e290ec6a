import { stat } from 'node:fs/promises';
import { EnhancerError, type ErrorCode } from '../api/errors.ts';
import type { PictureReport } from '../api/report.ts';
import type { ReportPictures } from '../api/reportPictures.ts';
import type { MediaService } from '../media/mediaService.ts';
import type { ReportedBatch } from '../report/reportedBatch.ts';
import type { ReportEntry } from '../report/reportEntry.ts';
import type { ReportChoice } from '../store/reportTable.ts';
import type { Store } from '../store/store.ts';

/** Small pictures of a result for a report; undefined where its files are gone. */
export type MakePictures = (jobId: number, report: PictureReport) => Promise<ReportPictures | undefined>;

export interface ReportParts {
  readonly store: Store;
  /** Name and version. */
  readonly program: string;
  readonly makePictures: MakePictures;
}

/** Chosen jobs, from a job's number on where that is said. */
export type ReportedJobs = ReportChoice & { readonly fromJobId?: number };

/** What a report of the chosen jobs is made of, read while it is written. */
export function batchReportParts(parts: ReportParts, { fromJobId, ...choice }: ReportedJobs): ReportedBatch {
  const { store, program, makePictures } = parts;
  async function* entries(): AsyncGenerator<ReportEntry> {
    for await (const { jobId, report } of store.reports.reports(choice, fromJobId)) {
      yield { report, pictures: () => makePictures(jobId, report) };
    }
  }
  return {
    program,
    finishedAt: new Date().toISOString(),
    entries: entries(),
    failures: store.reports.failures(choice, fromJobId),
  };
}

/** Whether the files of a report are still those that it describes, as far as their size tells. */
async function areThere({ input, output }: PictureReport): Promise<boolean> {
  const sizes = await Promise.all(
    [input, output].map((file) =>
      stat(file.path).then(
        ({ size }) => size === file.sizeBytes,
        () => false,
      ),
    ),
  );
  return sizes.every(Boolean);
}

/** Whether a picture cannot be shown, rather than nobody makes any: the service closes, or only the list is open. */
function isFailure(error: unknown): boolean {
  return error instanceof EnhancerError && !isNotNow(error.code);
}

/** Whether a report could not be made for what is not its own fault: it may be tried again later. */
export function isNotNow(code: ErrorCode): boolean {
  return ['job/cancelled', 'host/unreachable', 'output/no-space'].includes(code);
}

/** Makes the pictures of a report out of the files that it names, in the media process. */
export function picturesFromFiles(media: Pick<MediaService, 'reportPictures'>): MakePictures {
  return async (_, report) => {
    if (!(await areThere(report))) return undefined;
    const { input, output, quality } = report;
    const request = { input: input.path, output: output.path, ...(quality && { quality }) };
    try {
      return await media.reportPictures(request);
    } catch (error) {
      // One picture that cannot be shown leaves the others; without the service there is no report at all.
      if (isFailure(error)) return undefined;
      throw error;
    }
  };
}
