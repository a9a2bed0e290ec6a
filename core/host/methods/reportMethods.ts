import path from 'node:path';
import type { ReportFormat } from '../../api/batchSpec.ts';
import { EnlargerError } from '../../api/errors.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { renderReport } from '../../report/renderReport.ts';
import { batchReportParts, imagesFromFiles } from '../reports/batchReportParts.ts';
import { batchSummary } from '../batches/batchSummary.ts';
import type { MethodsOf } from '../bindApi.ts';
import { exportsFolder } from '../reports/exportsFolder.ts';
import type { HostContext } from '../hostContext.ts';
import { writeReport } from '../reports/writeReport.ts';
import { requireJob } from './jobMethods.ts';

const CONTENT_TYPES: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

function notFound(what: string): EnlargerError {
  return new EnlargerError('report/not-found', `There is no report of ${what}: it was not measured.`);
}

/** Quality reports of images and batches. */
export function reportMethods(
  context: HostContext,
): MethodsOf<'getReport' | 'getBatchReport' | 'exportReport'> {
  const { store, media, dataFolder, version, sources } = context;
  return {
    getReport: ({ jobId }) => {
      requireJob(context, jobId);
      const report = store.results.reportOf(jobId);
      if (report?.quality == null) return Promise.reject(notFound(`job ${jobId}`));
      return Promise.resolve({ ...report, quality: report.quality });
    },
    getBatchReport: async (request) => Promise.resolve(batchSummary(context, request)),
    exportReport: async ({ batchId, jobIds, format, language }) => {
      const choice = { ...(batchId !== undefined && { batchIds: [batchId] }), jobIds };
      if (store.reports.count(choice) + store.reports.countFailures(choice) === 0) {
        throw notFound('these images');
      }
      const fileName = `enlarger-report-${new Date().toISOString().slice(0, 10)}.${format}`;
      const folder = exportsFolder(dataFolder);
      await makeFolder(folder);
      const file = path.join(folder, `${Date.now()}-${fileName}`);
      const parts = {
        ...{ store, program: `enlarger ${version}`, makeImages: imagesFromFiles(media) },
        hidePaths: sources.hidePaths?.bind(sources),
      };
      await writeReport(file, format, renderReport(batchReportParts(parts, choice), format, language));
      return { media: media.offer(file, CONTENT_TYPES[format], fileName), fileName, format };
    },
  };
}
