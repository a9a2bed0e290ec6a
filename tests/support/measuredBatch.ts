import type { ImageReport, VerdictKind } from '../../core/api/report.ts';
import type { NewBatch } from '../../core/store/batchTable.ts';
import type { Store } from '../../core/store/store.ts';
import type { StoredJob } from '../../core/store/storedJob.ts';
import { reportNamed, sampleQuality } from '../unit/report/sampleReport.ts';
import { sampleBatch, waitingJobs } from './sampleBatch.ts';

/** How a stand-in result was judged; `undefined`: it was not measured. */
export interface Judgement {
  readonly verdict: VerdictKind;
  /** `identical`: scaled back down, it is its input. */
  readonly psnrDb: number | null | 'identical';
}

function reportOf(name: string, judgement: Judgement | undefined): ImageReport {
  const report = reportNamed(`/enlarged/${name}`);
  if (judgement === undefined) return { ...report, quality: null };
  const { verdict, psnrDb } = judgement;
  const quality = sampleQuality();
  const isIdentical = psnrDb === 'identical';
  const consistency = {
    ...quality.consistency,
    identical: isIdentical,
    psnrDb: psnrDb === 'identical' ? null : psnrDb,
  };
  return { ...report, quality: { ...quality, verdict, consistency } };
}

function addResult(store: Store, job: StoredJob, judgement: Judgement | undefined): void {
  const [hash, outputPath] = [String(job.id).padStart(64, '0'), `/enlarged/${job.name}`];
  const file = { width: 8, height: 6, sizeBytes: 1, sha256: hash };
  const how = { elapsedMs: 1, device: 'cpu', repairedTiles: 0, warnings: [] };
  store.transitions.startPublishing(job, { made: { input: file, output: file, ...how } });
  store.results.add(
    job.id,
    { contentHash: hash, settingsHash: hash, modelHash: hash, outputPath, outputHash: hash, outputBytes: 1 },
    reportOf(job.name, judgement),
  );
  const outputSize = { width: 8, height: 6 };
  const verdict = judgement && { verdict: judgement.verdict };
  store.transitions.end(job, { kind: 'done', outputPath, outputSize, outputBytes: 1, ...how, ...verdict });
}

/** Adds a finished batch with one result per judgement, as if each had been enlarged. @returns The batch's number. */
export function addMeasuredBatch(
  store: Store,
  judgements: readonly (Judgement | undefined)[],
  batch: NewBatch = sampleBatch(),
): number {
  return store.transaction(() => {
    const batchId = store.addBatch(batch, 0, waitingJobs(judgements.length));
    for (const judgement of judgements) {
      const job = store.transitions.takeNext(() => ({ tempPath: '', scratchFolder: '' }), { batchId });
      if (job === undefined) throw new TypeError('A job is missing.');
      addResult(store, job, judgement);
    }
    store.batches.settle(batchId);
    return batchId;
  });
}
