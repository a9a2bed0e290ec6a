import { EnhancerError } from '../api/errors.ts';
import type { BatchTotals } from '../api/events.ts';
import type { Store } from '../store/store.ts';
import { ModelHashes } from './modelHashes.ts';
import { recover, removeAttempt } from './recover.ts';
import { tellBatch, workOnBatch, type BatchHooks } from './runBatch.ts';

/** Batches of commands are kept for `enlarger jobs` and for resuming; of the finished ones, so many. */
const FINISHED_KEPT = 20;

export interface TidiedStore {
  /** A worker that outlived its parent by a moment may have written once more: what it left is deleted. */
  lookAgain(): Promise<void>;
}

/** Brings to its end what a killed command left in the store, and lets its batch wait for `--resume`. */
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

function requireBatch(store: Store, batchId: number | undefined): number {
  const found = batchId ?? store.batches.lastInterrupted();
  if (found === undefined) {
    throw new EnhancerError('batch/not-found', 'There is no interrupted batch to go on with.');
  }
  if (store.batches.get(found) === undefined) {
    throw new EnhancerError('batch/not-found', `There is no batch ${found}.`, { batchId: found });
  }
  return found;
}

/**
 * Goes on with an unfinished batch of a command, the last one where no number is given. Only what is still open, or
 * was cancelled, is told and counted.
 *
 * @throws EnhancerError `batch/not-found`.
 */
export async function resumeBatch(
  { batchId: asked, threads }: { readonly batchId?: number; readonly threads: number },
  hooks: BatchHooks & { readonly store: Store },
): Promise<BatchTotals> {
  const { store } = hooks;
  const tidied = await tidyStore(store);
  const batchId = requireBatch(store, asked);
  store.transitions.retry({ batchId }, ['cancelled']);
  store.batches.resume(batchId);
  store.batches.settle(batchId);
  const inputs = store.jobs.counts(batchId).queued;
  const work = (tallied: BatchHooks): Promise<void> => workOnBatch(batchId, { ...tallied, store, threads });
  const totals = await tellBatch(hooks, () => Promise.resolve({ inputs, work }));
  await tidied.lookAgain();
  return totals;
}
