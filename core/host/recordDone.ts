import type { PictureReport } from '../api/report.ts';
import type { StoredBatch } from '../store/batchTable.ts';
import type { MadePicture } from '../store/madePicture.ts';
import type { Store } from '../store/store.ts';
import type { StoredJob } from '../store/storedJob.ts';
import type { ModelHashes } from './modelHashes.ts';
import { settingsHash } from './settingsHash.ts';

/** Writes down that a job's result has its name: the job's end and what the result was made of, in one piece. */
export function recordDone(
  { store, modelHashes }: { readonly store: Store; readonly modelHashes: ModelHashes },
  { job, batch }: { readonly job: StoredJob; readonly batch: StoredBatch },
  done: { readonly made: MadePicture; readonly outputPath: string; readonly report?: PictureReport },
): void {
  const { made, outputPath, report } = done;
  const verdict = report?.quality?.verdict;
  const { input, output, device, repairedTiles, elapsedMs, warnings } = made;
  const { settings } = batch.spec;
  store.transaction(() => {
    store.jobs.noteSizes(job.id, input, output);
    const result = {
      contentHash: input.sha256,
      settingsHash: settingsHash(settings),
      modelHash: modelHashes.known(settings.model, batch.modelsFolder),
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
      warnings,
      ...(verdict !== undefined && { verdict }),
    });
  });
}
