import { stat } from 'node:fs/promises';
import { z } from 'zod';
import { defined } from '../../api/defined.ts';
import { EnlargerError, type ErrorCode } from '../../api/errors.ts';
import {
  failureSchema,
  imageReportSchema,
  otherInputSchema,
  type ImageReport,
  type OtherInput,
  type ReportedFailure,
} from '../../api/report.ts';
import type { ReportImages } from '../../api/reportImages.ts';
import type { MediaService } from '../../media/mediaService.ts';
import type { ReportedBatch } from '../../report/reportedBatch.ts';
import type { ReportEntry } from '../../report/reportEntry.ts';
import type { ReportChoice } from '../../store/reportTable.ts';
import type { Store } from '../../store/store.ts';

const otherParts = otherInputSchema.omit({ input: true, output: true }).extend({
  path: z.string(),
  outputPath: z.string().optional(),
});
const failureParts = z.object({ path: z.string(), error: failureSchema.shape.error });

/** Small images of a result for a report; undefined if its files are gone. */
export type MakeImages = (jobId: number, report: ImageReport) => Promise<ReportImages | undefined>;

export interface ReportParts {
  readonly store: Store;
  /** Name and version. */
  readonly program: string;
  readonly makeImages: MakeImages;
  /** Removes paths of this machine from a report; absent if its reader may see them. */
  readonly hidePaths?: ((value: unknown) => unknown) | undefined;
}

/** The chosen jobs; with `fromJobId`, only those from that job on. */
export type ReportedJobs = ReportChoice & { readonly fromJobId?: number };

/** The data for a report of the chosen jobs, read while it is written. */
export function batchReportParts(parts: ReportParts, { fromJobId, ...choice }: ReportedJobs): ReportedBatch {
  const { store, program, makeImages, hidePaths } = parts;
  const shown = (report: ImageReport): ImageReport =>
    hidePaths === undefined ? report : imageReportSchema.parse(hidePaths(report));
  async function* entries(): AsyncGenerator<ReportEntry> {
    for await (const { jobId, report } of store.reports.reports(choice, fromJobId)) {
      yield { report: shown(report), pictures: () => makeImages(jobId, report) };
    }
  }
  return {
    program,
    finishedAt: new Date().toISOString(),
    entries: entries(),
    failures: shownFailures(store.reports.failures(choice, fromJobId), hidePaths),
    others: shownOthers(store.reports.others(choice, fromJobId), hidePaths),
  };
}

async function* shownFailures(
  failures: AsyncIterable<ReportedFailure>,
  hidePaths: ReportParts['hidePaths'],
): AsyncGenerator<ReportedFailure> {
  for await (const { input, error } of failures) {
    if (hidePaths === undefined) yield { input, error };
    else {
      const { path, ...hidden } = failureParts.parse(hidePaths({ path: input, error }));
      yield { ...hidden, input: path };
    }
  }
}

async function* shownOthers(
  others: AsyncIterable<OtherInput>,
  hidePaths: ReportParts['hidePaths'],
): AsyncGenerator<OtherInput> {
  for await (const other of others) {
    if (hidePaths === undefined) yield other;
    else {
      // Paths are recognised by these names.
      const { input, output: outputPath, ...rest } = other;
      const {
        path,
        outputPath: output,
        ...hidden
      } = otherParts.parse(hidePaths({ ...rest, path: input, outputPath }));
      yield { ...hidden, input: path, ...defined({ output }) };
    }
  }
}

/** Whether the files of a report are still the ones that it describes, judged by size. */
async function areThere({ input, output }: ImageReport): Promise<boolean> {
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

/** Whether the failure concerns this image alone, not all images: the program is closing, or only the job list is open. */
function isFailure(error: unknown): boolean {
  return error instanceof EnlargerError && !isNotNow(error.code);
}

/** Whether a report could not be created for a temporary reason, and may be tried again. */
export function isNotNow(code: ErrorCode): boolean {
  return ['job/cancelled', 'host/unreachable', 'output/no-space'].includes(code);
}

/** Renders the images of a report from the files that it names, in the media process. */
export function imagesFromFiles(media: Pick<MediaService, 'reportImages'>): MakeImages {
  return async (_, report) => {
    if (!(await areThere(report))) return undefined;
    const { input, output, quality } = report;
    const request = { input: input.path, output: output.path, ...(quality && { quality }) };
    try {
      return await media.reportImages(request);
    } catch (error) {
      // One image that cannot be shown does not affect the others; without the service there is no report at all.
      if (isFailure(error)) return undefined;
      throw error;
    }
  };
}
