import type { ImageReport } from '../../api/report.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import type { MadeImage } from '../../store/madeImage.ts';
import type { Store } from '../../store/store.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import type { ModelHashes } from './modelHashes.ts';
import { settingsHash } from './settingsHash.ts';

/** A result that has its name. */
export interface RecordedResult {
  readonly made: MadeImage;
  readonly outputPath: string;
  readonly report?: ImageReport;
  /** What went wrong after the result had its name. */
  readonly warnings?: readonly string[];
}

/** Writes down that a job's result has its name: the job's end and what the result was made of, in one piece. */
export function recordDone(
  { store, modelHashes }: { readonly store: Store; readonly modelHashes: ModelHashes },
  { job, batch }: { readonly job: StoredJob; readonly batch: StoredBatch },
  done: RecordedResult,
): void {
  const { made, outputPath, report } = done;
  const { input, output, device, repairedTiles, elapsedMs, verdict } = made;
  const { settings } = batch.spec;
  store.transaction(() => {
    store.jobs.noteSizes(job.id, input, output);
    const result = {
      contentHash: input.sha256,
      settingsHash: settingsHash(settings),
      modelHash: modelHashes.known(settings, batch.modelsFolder),
      outputPath,
      outputHash: output.sha256,
      outputBytes: output.sizeBytes,
    };
    store.results.add(job.id, result, report);
    store.transitions.end(job, {
      kind: 'done',
      outputPath,
      outputSize: { width: output.width, height: output.height },
      outputBytes: output.sizeBytes,
      elapsedMs,
      device,
      repairedTiles,
      warnings: [...made.warnings, ...(done.warnings ?? [])],
      ...(verdict !== undefined && { verdict }),
    });
  });
}
