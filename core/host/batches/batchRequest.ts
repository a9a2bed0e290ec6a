import type { ExistsPolicy } from '../../api/batchSpec.ts';
import type { JobSettings } from '../../api/jobSettings.ts';
import type { BatchReportRequest } from '../reports/batchReports.ts';

/** What a face asks the host to do: the same for one image, a folder and a script. */
export interface BatchRequest {
  /** Files, folders, patterns, `@list.txt`. */
  readonly inputs: readonly string[];
  /** A folder, or the name of the one result when there is one input file. */
  readonly output: string;
  readonly settings: JobSettings;
  readonly exists: ExistsPolicy;
  readonly nameTemplate: string;
  readonly recursive: boolean;
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly modelsFolder: string;
  /** End at the first failure. */
  readonly failFast: boolean;
  /** Show what would be done without doing it. */
  readonly dryRun: boolean;
  /** Absent: nothing is measured and no report is written. */
  readonly report?: BatchReportRequest;
}
