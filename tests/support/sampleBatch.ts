import type { BatchSpec } from '../../core/api/batchSpec.ts';
import { DEFAULT_JOB_SETTINGS } from '../../core/api/jobSettings.ts';
import type { NewBatch } from '../../core/store/batchTable.ts';
import type { NewJob } from '../../core/store/jobTable.ts';

export function sampleBatch(change: Partial<BatchSpec> = {}): NewBatch {
  return {
    origin: 'window',
    modelsFolder: '/models',
    failFast: false,
    spec: {
      sources: [{ kind: 'path', path: '/photos' }],
      destination: { kind: 'path', path: '/enlarged' },
      settings: { ...DEFAULT_JOB_SETTINGS, model: 'nearest' },
      exists: 'skip',
      nameTemplate: '{name}.{ext}',
      ...{ recursive: true, include: [], exclude: [] },
      report: { measure: false, formats: [] },
      ...change,
    },
  };
}

export function waitingJobs(count: number): NewJob[] {
  return Array.from({ length: count }, (_, index) => ({
    input: `photos/${index}.png`,
    source: `/photos/${index}.png`,
    name: `${index}.png`,
    target: `/enlarged/${index}.png`,
    format: 'png',
    state: { kind: 'queued' },
  }));
}
