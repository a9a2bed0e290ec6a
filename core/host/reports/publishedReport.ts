import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { BatchSpec } from '../../api/batchSpec.ts';
import type { ImageReport } from '../../api/report.ts';
import { MAX_NAME_BYTES, shortenName } from '../../jobs/outputNames.ts';
import { jsonReport } from '../../report/jsonReport.ts';
import { finishImageReport } from './imageReport.ts';
import { ownReportPath, writeReport } from './writeReport.ts';

const SUFFIX = '.report.json';

/** The report of a result is next to it under this name, or in the folder for reports. */
function reportPathOf(outputPath: string, folder = path.dirname(outputPath)): string {
  const name = shortenName(path.basename(outputPath), MAX_NAME_BYTES - SUFFIX.length);
  return path.join(folder, name + SUFFIX);
}

/** The report on a published file, and its path if it is a separate file. */
export interface PublishedReport {
  readonly report: ImageReport;
  readonly reportPath?: string;
}

const describedSchema = z.object({ output: z.object({ path: z.string() }) });

/** Which result a report is about; undefined if it cannot be read. */
async function describedFile(report: string): Promise<string | undefined> {
  try {
    return describedSchema.parse(JSON.parse(await readFile(report, 'utf8'))).output.path;
  } catch {
    return undefined;
  }
}

/**
 * Finishes the report of a result that has its name, and writes it next to the result if requested.
 *
 * @throws EnlargerError `output/…`.
 */
export async function publishedReport(
  draft: ImageReport,
  outputPath: string,
  { report: request }: BatchSpec,
): Promise<PublishedReport> {
  const report = await finishImageReport(draft, outputPath);
  if (!request.formats.includes('json')) return { report };
  const wanted = reportPathOf(outputPath, request.folder);
  // In a folder of reports, results of several folders can have one name.
  const isOwn = async (file: string): Promise<boolean> =>
    request.folder === undefined || (await describedFile(file)) === outputPath;
  const reportPath = await ownReportPath(wanted, 'json', isOwn);
  await writeReport(reportPath, 'json', jsonReport(report));
  return { report, reportPath };
}
