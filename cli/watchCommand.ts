import { createHash } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EnlargerApi } from '../core/api/contract.ts';
import { EnlargerError } from '../core/api/errors.ts';
import { defined } from '../core/api/defined.ts';
import type { SkipReason } from '../core/api/report.ts';
import type { WatchedFolderView } from '../core/api/watchedFolderView.ts';
import { outputOf, type BatchRequest } from '../core/host/batches/batchRequest.ts';
import { makeDataFolder } from '../core/host/dataFolder.ts';
import { localSources } from '../core/host/batches/localSources.ts';
import { startProgram, type RunningProgram } from '../core/host/startProgram.ts';
import { openLog } from '../core/log/openLog.ts';
import { forkMedia } from '../core/media/mediaLauncher.ts';
import { forkWorker } from '../core/pool/launcher.ts';
import type { StoredJob } from '../core/store/storedJob.ts';
import type { WaitingFile } from '../core/watch/settling.ts';
import { onInterrupt } from './interrupts.ts';
import { widenProgram } from './machines/widenProgram.ts';
import { assertModels } from './options/assertModels.ts';
import { EXIT, programVersion } from './program.ts';
import { terminalLog } from './terminalLog.ts';
import { forTerminal } from './text.ts';
import { parseWatchOptions, type WatchCommandOptions } from './options/watchOptions.ts';

/** Scans without any change after which `--once` leaves what is not complete to the next time. */
const PATIENCE = 4;

/**
 * A folder that is watched from the command line has its own settings, under a name that shows where they come from.
 */
async function savePreset(api: EnlargerApi, folder: string, request: BatchRequest): Promise<string> {
  const { sources: _, ...batch } = request.spec;
  const id = `watch-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  await api.savePreset({
    id,
    name: `enlarger watch ${path.basename(folder)}`.slice(0, 100),
    batch: { ...batch, destination: { kind: 'path', path: path.resolve(outputOf(request)) } },
  });
  return id;
}

async function watchFolder(
  api: EnlargerApi,
  folder: string,
  { request, settleMs, moveOriginalsTo, onlyNew }: WatchCommandOptions,
): Promise<WatchedFolderView> {
  const { include, exclude, recursive } = request.spec;
  const fields = {
    presetId: await savePreset(api, folder, request),
    settleMs,
    recursive,
    paused: false,
    leaveExisting: onlyNew,
    include: [...include],
    exclude: [...exclude],
    ...defined({ moveOriginalsTo }),
  };
  const { folders } = await api.listWatchedFolders({});
  const known = folders.find((each) => each.folder === folder);
  return known === undefined
    ? api.addWatchedFolder({ folder, ...fields })
    : api.updateWatchedFolder({ id: known.id, ...fields });
}

/** A job's end in one line; undefined for a job that continues. */
function describe({ source, state }: StoredJob): string | undefined {
  switch (state.kind) {
    case 'done':
      return `done     ${source} → ${state.outputPath}`;
    case 'failed':
      return `failed   ${source}: ${state.error.message} [${state.error.code}]`;
    case 'skipped':
      return `skipped  ${source} (${skipReason(state.reason)}${state.outputPath === undefined ? '' : `: ${state.outputPath}`})`;
    case 'cancelled':
      return `stopped  ${source}`;
    default:
      return undefined;
  }
}

function skipReason(reason: SkipReason): string {
  return reason === 'output-exists' ? 'its result already exists' : reason;
}

/** Reports the outcome of every file, once for each time that its outcome changes. */
function reportOutcomes(
  program: Pick<RunningProgram, 'onWatchOutcome'>,
  isJson: boolean,
): { readonly failed: () => number; readonly stop: () => void } {
  const outcomes = new Map<number, string>();
  const failed = new Set<number>();
  const write = (values: object, words: string): void => {
    if (isJson) process.stdout.write(`${JSON.stringify(values)}\n`);
    else process.stderr.write(`${forTerminal(words)}\n`);
  };
  const stop = program.onWatchOutcome((outcome) => {
    if (outcome.kind === 'skipped') {
      const { folder, name, error } = outcome;
      const words = `passed   ${path.join(folder, name)}: ${error.message}`;
      write({ type: 'passed-over', folder, name, error }, words);
      return;
    }
    const { job } = outcome;
    const words = describe(job);
    if (words === undefined || outcomes.get(job.id) === words) return;
    outcomes.set(job.id, words);
    if (job.state.kind === 'failed') failed.add(job.id);
    else failed.delete(job.id);
    const values = { type: 'watched-job-ended', input: job.source, ...job.state, state: job.state.kind };
    write(values, words);
  });
  return { failed: () => failed.size, stop };
}

async function isIdle({ getQueue }: EnlargerApi): Promise<boolean> {
  const { counts } = await getQueue({});
  return counts.queued + counts.running === 0;
}

/** Until all that is complete is done. @returns What is not complete, and stays for the next time. */
async function finishOnce(
  program: RunningProgram,
  settleMs: number,
  signal: AbortSignal,
): Promise<readonly WaitingFile[]> {
  const keyOf = (files: readonly WaitingFile[]): string =>
    JSON.stringify(files.map(({ snapshot }) => [snapshot.path, snapshot.sizeBytes, snapshot.mtimeNs]).sort());
  let waiting = await program.rescanFolders();
  for (let unchanged = 0; unchanged < PATIENCE && !signal.aborted;) {
    await delay(settleMs / 2 + 50, undefined, { signal }).catch(() => undefined);
    const now = await program.rescanFolders();
    const isWorking = !(await isIdle(program.host.api));
    if (now.length === 0 && !isWorking) return [];
    unchanged = keyOf(now) === keyOf(waiting) && !isWorking ? unchanged + 1 : 0;
    waiting = now;
  }
  return waiting;
}

/** Reports files that are still on their way, with the reason for which they do not count as complete. */
function reportWaiting(files: readonly WaitingFile[], isJson: boolean): void {
  for (const { snapshot, error } of files) {
    const reason = error?.message ?? 'It changed a moment ago.';
    if (isJson) {
      const values = { type: 'not-complete', input: snapshot.path, ...defined({ error }) };
      process.stdout.write(`${JSON.stringify(values)}\n`);
    } else {
      const words = `waiting  ${snapshot.path} is not complete yet and stays for the next time. ${reason}`;
      process.stderr.write(`${forTerminal(words)}\n`);
    }
  }
}

async function watchUntilEnd(
  program: RunningProgram,
  options: WatchCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  if (options.isOnce) {
    reportWaiting(await finishOnce(program, options.settleMs, signal), options.isJson);
    return;
  }
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

async function watchAll(
  program: RunningProgram,
  options: WatchCommandOptions,
  signal: AbortSignal,
): Promise<number> {
  const { api } = program.host;
  const outcomes = reportOutcomes(program, options.isJson);
  const ids: number[] = [];
  try {
    for (const folder of options.folders) ids.push((await watchFolder(api, folder, options)).id);
    await api.startQueue({});
    if (!options.isJson) {
      process.stderr.write(
        `Watching ${options.folders.map(forTerminal).join(', ')}. Press Ctrl-C to stop.\n`,
      );
    }
    await watchUntilEnd(program, options, signal);
    const isUnfinished = signal.aborted && !(await isIdle(api));
    return isUnfinished ? EXIT.cancelled : outcomes.failed() > 0 ? EXIT.someFailed : EXIT.done;
  } finally {
    outcomes.stop();
    // The window keeps watching its own folders, but must not continue these.
    for (const id of ids) await api.updateWatchedFolder({ id, paused: true });
  }
}

/**
 * `enlarger watch`: enlarges what is put into folders, until Ctrl-C.
 *
 * @returns The exit code.
 * @throws EnlargerError `usage/…`, `watch/…`, or `store/…`: `store/in-use` if another process of the program runs.
 */
export async function watchCommand(folders: readonly string[], rawOptions: unknown): Promise<number> {
  const options = parseWatchOptions(folders, rawOptions);
  await assertModels(options.request);
  makeDataFolder(options.dataFolder);
  const logFile = openLog(options.dataFolder);
  const end = new AbortController();
  const stopListening = onInterrupt(
    () => {
      end.abort();
    },
    () => process.exit(EXIT.cancelled),
  );
  try {
    const log = terminalLog(logFile, options.isVerbose);
    const widenPool = await widenProgram(options, log);
    const program = await startProgram({
      dataFolder: options.dataFolder,
      purpose: 'enlarger watch',
      version: programVersion(),
      modelsFolder: options.request.modelsFolder,
      capabilities: { localPaths: true, desktop: false, uploads: false },
      sources: localSources(options.dataFolder),
      roots: () => [],
      launchWorker: forkWorker,
      launchMedia: forkMedia,
      log,
      ...widenPool,
    });
    try {
      return await watchAll(program, options, end.signal);
    } finally {
      await program.close();
    }
  } catch (error) {
    if (error instanceof EnlargerError && error.code === 'store/in-use') {
      const message = `${error.message} Add the folder there, or give this command its own list with --data.`;
      throw new EnlargerError(error.code, message, error.details, { cause: error });
    }
    throw error;
  } finally {
    stopListening();
    await logFile.close();
  }
}
