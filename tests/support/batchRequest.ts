import type { BatchSpec } from '../../core/api/batchSpec.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import type { BatchRequest } from '../../core/host/batches/batchRequest.ts';
import { DEFAULT_NAME_TEMPLATE } from '../../core/api/batchSpec.ts';
import { modelsFolder } from './images.ts';

/** A request like that of `enlarger run`: twice as large, by the nearest pixel. */
export function batchRequest(
  inputs: readonly string[],
  output: string,
  {
    failFast = false,
    dryRun = false,
    ...change
  }: Partial<BatchSpec & Pick<BatchRequest, 'failFast' | 'dryRun'>> = {},
): BatchRequest {
  return {
    spec: {
      sources: inputs.map((path) => ({ kind: 'path', path })),
      destination: { kind: 'path', path: output },
      settings: { ...DEFAULT_JOB_SETTINGS, model: 'nearest', sizing: { kind: 'factor', factor: 2 } },
      exists: 'skip',
      nameTemplate: DEFAULT_NAME_TEMPLATE,
      ...{ recursive: true, include: [], exclude: [] },
      report: { measure: false, formats: [] },
      ...change,
    },
    ...{ modelsFolder, failFast, dryRun },
  };
}
