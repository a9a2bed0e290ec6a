/**
 * @file The methods of the contract (`core/api/contract.ts`), one file per subject: program, models, batches, jobs,
 * images, reports, watched folders. Each gets the host's context and returns its methods; `bindApi.ts` joins them.
 */
import { DEFAULT_REPORT_REQUEST, type BatchSpec } from '../../api/batchSpec.ts';
import { defined } from '../../api/defined.ts';
import { EnlargerError } from '../../api/errors.ts';
import { DEFAULT_JOB_SETTINGS } from '../../api/jobSettings.ts';
import type { QueueView } from '../../api/views.ts';
import { DEFAULT_NAME_TEMPLATE } from '../../api/batchSpec.ts';
import type { MethodsOf } from '../bindApi.ts';
import type { HostContext } from '../hostContext.ts';
import { freeSpace } from '../batches/freeSpace.ts';
import { inspectSources } from '../batches/inspectSources.ts';
import { batchView } from '../queue/jobViews.ts';
import { listRoot } from '../batches/listRoot.ts';
import { queueView } from '../queue/queueView.ts';

/** How the program's own sample image is enlarged. */
const SAMPLE_BATCH = {
  destination: { kind: 'downloads' },
  settings: DEFAULT_JOB_SETTINGS,
  exists: 'overwrite',
  nameTemplate: DEFAULT_NAME_TEMPLATE,
  ...{ recursive: false, include: [], exclude: [], report: DEFAULT_REPORT_REQUEST },
} satisfies Omit<BatchSpec, 'sources'>;

function renameBatch(
  { store, hub }: HostContext,
  { batchId, name }: { readonly batchId: number; readonly name: string },
): Promise<Record<string, never>> {
  if (store.batches.get(batchId) === undefined) {
    throw new EnlargerError('request/invalid', `There is no batch ${batchId}.`, { batchId });
  }
  store.batches.rename(batchId, name);
  hub.batchesChanged();
  return Promise.resolve({});
}

/** Adding images, and the queue as a whole. */
export function batchMethods(
  context: HostContext,
): MethodsOf<
  | 'inspectSources'
  | 'getFreeSpace'
  | 'listRoot'
  | 'addBatch'
  | 'addSampleBatch'
  | 'listBatches'
  | 'renameBatch'
  | 'getQueue'
  | 'startQueue'
  | 'pauseQueue'
> {
  const { store, queue } = context;
  const view = (): Promise<QueueView> => Promise.resolve(queueView(context));
  const start = (): void => {
    store.noteFact('queue-state', 'started');
    queue.start();
  };
  return {
    inspectSources: (input) => inspectSources(context, input),
    getFreeSpace: async (input) => defined({ freeBytes: await freeSpace(input, context) }),
    listRoot: (input) => listRoot(context.sources, input),
    addBatch: async ({ spec, startNow }) => {
      const added = await context.enqueue(spec, !startNow);
      if (startNow) start();
      return added;
    },
    addSampleBatch: async ({ startNow }) => {
      if (context.sampleImage === undefined)
        throw new EnlargerError('input/not-found', 'The sample image was not installed.');
      const added = await context.enqueueSample(context.sampleImage, SAMPLE_BATCH, !startNow);
      if (startNow) start();
      return added;
    },
    listBatches: () =>
      Promise.resolve({ batches: store.batches.list().map((batch) => batchView(batch, store.jobs)) }),
    renameBatch: (input) => renameBatch(context, input),
    getQueue: view,
    startQueue: () => {
      // Starting the queue includes everything that waits, even batches of killed commands.
      store.batches.resumeAll();
      start();
      return view();
    },
    pauseQueue: () => {
      store.noteFact('queue-state', 'paused');
      queue.pause();
      return view();
    },
  };
}
