import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ReportFormat } from '../../api/batchSpec.ts';
import { EnhancerError } from '../../api/errors.ts';
import type { PictureReport } from '../../api/report.ts';
import { csvReport } from '../../report/csvReport.ts';
import { htmlReport } from '../../report/htmlReport.ts';
import { jsonBatchReport } from '../../report/jsonReport.ts';
import type { ReportLanguage } from '../../report/reportWords.ts';
import type { MethodsOf } from '../bindApi.ts';
import type { HostContext } from '../hostContext.ts';
import { batchSummary } from '../batchSummary.ts';
import { requireJob } from './jobMethods.ts';

const CONTENT_TYPES: Readonly<Record<ReportFormat, string>> = {
  json: 'application/json',
  csv: 'text/csv; charset=utf-8',
  html: 'text/html; charset=utf-8',
};

function notFound(what: string): EnhancerError {
  return new EnhancerError('report/not-found', `There is no report of ${what}: it was not measured.`);
}

interface ExportedBatch {
  readonly program: string;
  readonly reports: readonly PictureReport[];
  readonly language: ReportLanguage;
}

function render(format: ReportFormat, { program, reports, language }: ExportedBatch): string {
  switch (format) {
    case 'json':
      return jsonBatchReport({
        schema: 'enlarger.batch-report/1',
        program,
        finishedAt: new Date().toISOString(),
        pictures: [...reports],
        failures: [],
      });
    case 'csv':
      return csvReport(reports);
    case 'html':
      return htmlReport({ entries: reports.map((report) => ({ report })), failures: [], language });
  }
}

/** Quality reports of pictures and batches. */
export function reportMethods(
  context: HostContext,
): MethodsOf<'getReport' | 'getBatchReport' | 'exportReport'> {
  const { store, media, dataFolder, version } = context;
  return {
    getReport: ({ jobId }) => {
      requireJob(context, jobId);
      const report = store.results.reportOf(jobId);
      if (report?.quality == null) return Promise.reject(notFound(`job ${jobId}`));
      return Promise.resolve({ ...report, quality: report.quality });
    },
    getBatchReport: async (request) => Promise.resolve(batchSummary(context, request)),
    exportReport: async ({ batchId, jobIds, format, language }) => {
      const reports = store.results.reportsOf({ batchId, jobIds });
      if (reports.length === 0) throw notFound('these pictures');
      const fileName = `enlarger-report-${new Date().toISOString().slice(0, 10)}.${format}`;
      const folder = path.join(dataFolder, 'exports');
      await mkdir(folder, { recursive: true });
      const file = path.join(folder, `${Date.now()}-${fileName}`);
      await writeFile(file, render(format, { program: `enlarger ${version}`, reports, language }));
      return { media: media.offer(file, CONTENT_TYPES[format], fileName), fileName, format };
    },
  };
}
