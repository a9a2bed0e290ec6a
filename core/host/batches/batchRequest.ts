import type { BatchSpec } from '../../api/batchSpec.ts';
import type { BatchReportRequest } from '../reports/batchReports.ts';
import type { PlanRequest } from './planRequest.ts';

/** A batch of a command, which runs until it is done: the specification that every interface uses, and how to run it. */
export interface BatchRequest {
  /** Its sources and its destination are paths. */
  readonly spec: BatchSpec;
  readonly modelsFolder: string;
  /** End at the first failure. */
  readonly failFast: boolean;
  /** Show what would be done without doing it. */
  readonly dryRun: boolean;
  /** Files about the whole batch; absent: none is written. */
  readonly report?: BatchReportRequest;
}

/** The sources of a command's batch: files, folders, patterns, `@list.txt`. */
export function inputsOf({ spec }: Pick<BatchRequest, 'spec'>): string[] {
  return spec.sources.map((source) => {
    if (source.kind !== 'path') throw new TypeError(`A command has no sources of the kind ${source.kind}.`);
    return source.path;
  });
}

/** A folder, or the name of the one result when there is one input file. */
export function outputOf({ spec: { destination } }: Pick<BatchRequest, 'spec'>): string {
  if (destination.kind === 'path') return destination.path;
  throw new TypeError(`A command has no destination of the kind ${destination.kind}.`);
}

/** The batch to plan. */
export function planRequestOf(request: Pick<BatchRequest, 'spec'>): PlanRequest {
  return {
    ...request.spec,
    inputs: inputsOf(request),
    output: { kind: 'path', path: outputOf(request) },
  };
}
