import type { BatchSpec } from '../../core/api/batchSpec.ts';
import { DEFAULT_NAME_TEMPLATE, DEFAULT_REPORT_REQUEST } from '../../core/api/batchSpec.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import type { ProgramSettings } from '../../core/api/programSettings.ts';

/** A batch of files: the window's defaults. */
export function openBatch(paths: readonly string[], settings: ProgramSettings): BatchSpec {
  return {
    sources: paths.map((path) => ({ kind: 'path', path })),
    destination: { kind: 'beside', folderName: 'enlarged' },
    settings: { ...DEFAULT_JOB_SETTINGS, metadata: settings.stripPrivateData ? 'safe' : 'all' },
    exists: 'rename',
    nameTemplate: DEFAULT_NAME_TEMPLATE,
    recursive: true,
    include: [],
    exclude: [],
    report: DEFAULT_REPORT_REQUEST,
  };
}
