import { EnlargerError } from '../../api/errors.ts';
import type { BatchTotals } from '../../api/events.ts';
import type { StoredBatch } from '../../store/batchTable.ts';
import type { Store } from '../../store/store.ts';
import { BatchReports, NO_REPORTS, type BatchReportRequest } from '../reports/batchReports.ts';
import { ModelHashes } from '../queue/modelHashes.ts';
import { recover, removeAttempt } from '../queue/recover.ts';
import { assertMounted } from './assertMounted.ts';
import { reportBatch, workOnBatch, type BatchHooks } from './runBatch.ts';

/** Batches of commands are kept for `enlarger jobs` and for resuming; of finished ones, the newest few. */
const FINISHED_KEPT = 20;

export interface TidiedStore {
  /** A worker that briefly outlived its parent may have written another file: it is deleted. */
  lookAgain(): Promise<void>;
}

/** Tidies up after a killed command, whose batch then waits for `--resume`. */
export async function tidyStore(store: Store): Promise<TidiedStore> {
  const { attempts } = await recover({ store, modelHashes: new ModelHashes() });
  store.batches.suspendCommandLine();
  store.batches.forgetOld('command-line', FINISHED_KEPT);
  return {
    lookAgain: async () => {
      for (const attempt of attempts) await removeAttempt(attempt);
    },
  };
}

function requireBatch(store: Store, batchId: number | undefined): StoredBatch {
  const found = batchId ?? store.batches.lastInterrupted();
  if (found === undefined) {
    throw new EnlargerError('batch/not-found', 'There is no interrupted batch to resume.');
  }
  const batch = store.batches.get(found);
  if (batch !== undefined) return batch;
  throw new EnlargerError('batch/not-found', `There is no batch ${found}.`, { batchId: found });
}

/** Notes which images the reports of a resumed batch leave out. */
function noteMissingReports(batchId: number, { store, onNote }: ResumeHooks): void {
  const missing = store.jobs.counts(batchId).done - store.reports.count({ batchIds: [batchId] });
  if (missing === 0) return;
  const images = missing === 1 ? '1 image is' : `${missing} images are`;
  onNote?.(`${images} not in the report: no report was requested when they were enlarged.`);
}

type ResumeHooks = BatchHooks & { readonly store: Store };

export interface ResumeRequest {
  readonly batchId?: number;
  /** Files about the whole batch, with what was done before. */
  readonly report?: BatchReportRequest;
}

/**
 * Resumes an unfinished batch of a command, the last one if no number is given. Only what is still open, or
 * was cancelled, is reported in events and counted; its report files cover the whole batch.
 *
 * @throws EnlargerError `batch/not-found`, `output/…` if its results or reports cannot be written.
 */
export async function resumeBatch(
  { batchId: asked, report }: ResumeRequest,
  hooks: ResumeHooks,
): Promise<BatchTotals> {
  const { store } = hooks;
  const tidied = await tidyStore(store);
  const { id: batchId, spec } = requireBatch(store, asked);
  await assertMounted(spec, store);
  const reports = await BatchReports.open(report ?? NO_REPORTS);
  try {
    store.transitions.retry({ batchId }, ['cancelled']);
    store.batches.resume(batchId);
    store.batches.settle(batchId);
    const inputs = store.jobs.counts(batchId).queued;
    const work = async (tallied: BatchHooks): Promise<number> => {
      await workOnBatch(batchId, { ...tallied, store });
      if (reports.isAsked) noteMissingReports(batchId, hooks);
      return batchId;
    };
    return await reportBatch({ ...hooks, reports }, () => Promise.resolve({ inputs, work }));
  } finally {
    await reports.close();
    await tidied.lookAgain();
  }
}
