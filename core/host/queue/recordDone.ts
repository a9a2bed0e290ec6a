import type { ImageReport } from '../../api/report.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import type { MadeImage } from '../../store/madeImage.ts';
import type { Store } from '../../store/store.ts';
import type { StoredJob } from '../../store/storedJob.ts';
import type { EnlargedImage } from '../../pool/messages.ts';
import type { RateLearner } from '../estimates/learnRates.ts';
import type { ModelHashes } from './modelHashes.ts';
import { settingsHash } from './settingsHash.ts';

/** A result that has its name. */
export interface RecordedResult {
  readonly made: MadeImage;
  readonly outputPath: string;
  readonly report?: ImageReport;
  /** With its times; unknown after a crash. */
  readonly image?: EnlargedImage;
  /** What went wrong after the result got its name. */
  readonly warnings?: readonly string[];
}

/** Where results are recorded; without `rates` nothing is learned from their times. */
export interface RecordParts {
  readonly store: Store;
  readonly modelHashes: ModelHashes;
  readonly rates?: RateLearner;
}

/**
 * Records that a job's result has its name: the end of the job and what the result was made from, in one transaction. If a
 * power cut undoes it, the job is about to be published, and its result is found under its name.
 */
export function recordDone(
  { store, modelHashes, rates }: RecordParts,
  { job, batch }: { readonly job: StoredJob; readonly batch: StoredBatch },
  done: RecordedResult,
): void {
  const { made, outputPath, report, image } = done;
  const { input, output, device, repairedTiles, elapsedMs, verdict, machine } = made;
  const { settings } = batch.spec;
  store.transactionWithoutSync(() => {
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
    if (image !== undefined) rates?.add({ settings, image, elapsedMs });
    store.transitions.end(job, {
      kind: 'done',
      outputPath,
      outputSize: { width: output.width, height: output.height },
      outputBytes: output.sizeBytes,
      elapsedMs,
      device,
      repairedTiles,
      warnings: [...made.warnings, ...(done.warnings ?? [])],
      ...(machine !== undefined && { machine }),
      ...(verdict !== undefined && { verdict }),
    });
  });
}
