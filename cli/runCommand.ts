import path from 'node:path';
import { EnlargerError } from '../core/api/errors.ts';
import { defined } from '../core/api/defined.ts';
import type { BatchTotals } from '../core/api/events.ts';
import { imagesFromFiles } from '../core/host/reports/batchReportParts.ts';
import { cacheFolder } from '../core/files/cacheFolder.ts';
import { outputOf } from '../core/host/batches/batchRequest.ts';
import type { BatchHooks } from '../core/host/batches/runBatch.ts';
import { forkWorker } from '../core/pool/launcher.ts';
import type { JobPool } from '../core/pool/jobPool.ts';
import { LocalPool, type PoolDevices } from '../core/pool/localPool.ts';
import type { Store } from '../core/store/store.ts';
import { BatchOutcome } from './batchOutcome.ts';
import { commandDevices } from './commandDevices.ts';
import { onInterrupt } from './interrupts.ts';
import { withListedInputs } from './listedInputs.ts';
import type { WidenLocal } from '../core/sharing/joinMachines.ts';
import { assertModels } from './options/assertModels.ts';
import { programVersion } from './program.ts';
import { barReporter, jsonReporter, lineReporter, type Reporter } from './reporters.ts';
import { parseRunOptions, type RunOptions, type RunTask } from './options/runOptions.ts';
import { forTerminal } from './text.ts';

/** Where the results of a task go, if it names a place and has results. */
function outputOfTask(task: RunTask): string | undefined {
  if (task.kind === 'resume') return undefined;
  if (task.kind === 'new') return task.request.dryRun ? undefined : outputOf(task.request);
  return task.request.output;
}

function makeReporter({ json, verbose, task }: RunOptions): Reporter {
  if (json) return jsonReporter((line) => void process.stdout.write(line));
  const write = (text: string): void => void process.stderr.write(text);
  const output = outputOfTask(task);
  const place = output === undefined ? {} : { place: path.resolve(output) };
  const options = { verbose, ...place, write };
  return process.stderr.isTTY ? barReporter(options, process.stderr) : lineReporter(options);
}

/** If the reader ends (`| head`), the batch is cancelled, so that nothing unfinished is left. */
function onLostReader(cancel: () => void): () => void {
  const streams = [process.stdout, process.stderr];
  for (const stream of streams) stream.on('error', cancel);
  return () => {
    for (const stream of streams) stream.off('error', cancel);
  };
}

/** A line for people in addition to the batch's own; never among data on stdout. */
function note(text: string): void {
  process.stderr.write(`note: ${forTerminal(text)}\n`);
}

async function copyIfDue(store: Store, folder: string, moment: 'start' | 'later'): Promise<void> {
  const { takeSnapshotIfDue } = await import('../core/store/snapshots.ts');
  const noCopy = takeSnapshotIfDue(store, folder, moment);
  if (noCopy !== undefined) note(noCopy);
}

interface RunStore {
  readonly store: Store;
  readonly close: () => Promise<void>;
}

/** The store of this run: the data folder's, or one in memory, with a note, if that cannot be opened. */
async function openRunStore(folder: string): Promise<RunStore> {
  const { openMemoryStore, openStore } = await import('../core/store/openStore.ts');
  try {
    const { store, notes } = openStore(folder, 'enlarger run');
    notes.forEach(note);
    await copyIfDue(store, folder, 'start');
    const close = async (): Promise<void> => {
      await copyIfDue(store, folder, 'later');
      store.close();
    };
    return { store, close };
  } catch (error) {
    if (!(error instanceof EnlargerError)) throw error;
    note(`${error.message} This run is not recorded: it cannot be resumed, but it can be repeated.`);
    return { store: openMemoryStore(), close: () => Promise.resolve() };
  }
}

/** Joins other machines, if there is a queue. */
async function joinMachinesOf(
  { machines, isReproducible }: RunOptions,
  devices: PoolDevices,
): Promise<WidenLocal | undefined> {
  if (machines === undefined) return undefined;
  const { joinQueue } = await import('./machines/widenProgram.ts');
  return joinQueue(machines, { onNote: note, isReproducible, devices });
}

/**
 * Starts a task.
 *
 * @param onStore Called with the list of jobs, if there is one.
 */
async function startTask(
  options: RunOptions,
  hooks: BatchHooks,
  onStore: (store: Store) => void,
): Promise<BatchTotals> {
  const { task, dataFolder } = options;
  if (task.kind === 'repeat') {
    const { repeatBatch } = await import('../core/host/batches/repeatBatch.ts');
    return repeatBatch(task.request, hooks);
  }
  const { runBatch } = await import('../core/host/batches/runBatch.ts');
  if (task.kind === 'new' && task.request.dryRun) {
    // Names depend on earlier results, so a plan without them would differ from a run.
    const { copyOfStore } = await import('../core/store/copyOfStore.ts');
    const look = copyOfStore(dataFolder);
    try {
      return await runBatch(await withListedInputs(task.request, hooks.signal), {
        ...hooks,
        ...defined({ store: look?.store }),
      });
    } finally {
      look?.close();
    }
  }
  const { resumeBatch, tidyStore } = await import('../core/host/batches/resumeBatch.ts');
  if (task.kind === 'resume') {
    const { openStore } = await import('../core/store/openStore.ts');
    const { createMediaService } = await import('../core/media/createMediaService.ts');
    const { store, notes } = openStore(dataFolder, 'enlarger run');
    notes.forEach(note);
    onStore(store);
    // Only an HTML report shows images of earlier results.
    const needsMedia = task.report.files.some(({ format }) => format === 'html');
    const media = needsMedia ? createMediaService({ cacheFolder: cacheFolder() }) : undefined;
    try {
      const makeImages = media && { makeImages: imagesFromFiles(media) };
      return await resumeBatch(task, { ...hooks, store, ...makeImages });
    } finally {
      await media?.close();
      store.close();
    }
  }
  const { store, close } = await openRunStore(dataFolder);
  onStore(store);
  try {
    const recovery = await tidyStore(store);
    const totals = await runBatch(await withListedInputs(task.request, hooks.signal), { ...hooks, store });
    await recovery.lookAgain();
    return totals;
  } finally {
    await close();
  }
}

function hooksOf(
  { dataFolder, whenDiskFull }: RunOptions,
  work: Pick<BatchHooks, 'pool' | 'signal'>,
  onEvent: BatchHooks['onEvent'],
): BatchHooks {
  return {
    ...work,
    program: `enlarger ${programVersion()}`,
    dataFolder,
    whenDiskFull,
    onNote: note,
    onDiskFull: (folder) => {
      note(`The disk of ${folder} is full. Work continues once there is space again.`);
    },
    onVolumeGone: (folder) => {
      note(
        `The volume of ${folder} was unmounted, or another was mounted over it. Work continues once it is back; ` +
          'Ctrl-C stops the batch.',
      );
    },
    onEvent,
  };
}

/**
 * `enlarger run`: enlarges images, or resumes a batch.
 *
 * @returns The exit code.
 * @throws EnlargerError `usage/…`.
 */
export async function runCommand(rawOptions: unknown): Promise<number> {
  const options = parseRunOptions(rawOptions);
  const { task } = options;
  if (task.kind === 'new') await assertModels(task.request);
  const devices = commandDevices();
  const local = new LocalPool({ launch: forkWorker, devices, workers: options.workers });
  let pool: JobPool = local;
  const cancel = new AbortController();
  const reporter = makeReporter(options);
  const outcome = new BatchOutcome();
  const stopWatching = onLostReader(() => {
    cancel.abort();
  });
  const stopListening = onInterrupt(
    () => {
      cancel.abort(new EnlargerError('job/cancelled', 'The batch was cancelled before it began.'));
    },
    () => void pool.close(),
  );
  try {
    // A worker takes longer to start than everything before its first image, so it is started first.
    if (task.kind !== 'new' || !task.request.dryRun) local.warmUp();
    const widen = await joinMachinesOf(options, devices);
    let openStore: Store | undefined;
    if (widen !== undefined) pool = widen(local, () => openStore);
    const hooks = hooksOf(options, { pool, signal: cancel.signal }, (event) => {
      outcome.see(event);
      reporter.tell(event);
    });
    const totals = await startTask(options, hooks, (store) => {
      openStore = store;
    });
    return outcome.exitCode(totals, cancel.signal.aborted);
  } finally {
    stopListening();
    stopWatching();
    reporter.close();
    await pool.close();
  }
}
