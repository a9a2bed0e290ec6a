import { createHash } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EnlargerApi } from '../core/api/contract.ts';
import { EnlargerError } from '../core/api/errors.ts';
import { defined } from '../core/api/defined.ts';
import type { WatchedFolderView } from '../core/api/watchedFolderView.ts';
import { outputOf, type BatchRequest } from '../core/host/batches/batchRequest.ts';
import { makeDataFolder } from '../core/host/dataFolder.ts';
import { localSources } from '../core/host/batches/localSources.ts';
import { startProgram, type RunningProgram } from '../core/host/startProgram.ts';
import { openLog } from '../core/log/openLog.ts';
import { forkMedia } from '../core/media/mediaLauncher.ts';
import { forkWorker } from '../core/pool/launcher.ts';
import type { WaitingFile } from '../core/watch/settling.ts';
import { onInterrupt } from './interrupts.ts';
import { widenProgram } from './machines/widenProgram.ts';
import { assertModels } from './options/assertModels.ts';
import { EXIT, programVersion } from './program.ts';
import { terminalLog } from './terminalLog.ts';
import { forTerminal } from './text.ts';
import { reportHindrances, reportOutcomes, reportWaiting } from './watchReports.ts';
import { parseWatchOptions, type WatchCommandOptions } from './options/watchOptions.ts';

/** Scans without a change after which `--once` leaves incomplete files to the next run. */
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

/** Whether nothing is left to do, or `waiting` for a disk. */
async function progressOf({ getQueue }: EnlargerApi): Promise<'idle' | 'working' | 'waiting'> {
  const { counts, state } = await getQueue({});
  if (counts.queued + counts.running === 0) return 'idle';
  return state.kind === 'disk-full' || state.kind === 'volume-gone' ? 'waiting' : 'working';
}

/**
 * Waits until all complete files are done or waiting for a disk. @returns The incomplete files, which are left to the next
 * run.
 */
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
    const isWorking = (await progressOf(program.host.api)) === 'working';
    if (now.length === 0 && !isWorking) return [];
    unchanged = keyOf(now) === keyOf(waiting) && !isWorking ? unchanged + 1 : 0;
    waiting = now;
  }
  return waiting;
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
  const hindrances = reportHindrances(program, options);
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
    // A wait that has just begun was not reported by an event yet.
    hindrances.see(await api.getQueue({}));
    const isUnfinished = (await progressOf(api)) !== 'idle';
    if (isUnfinished && signal.aborted) return EXIT.cancelled;
    return isUnfinished || outcomes.failed() > 0 ? EXIT.someFailed : EXIT.done;
  } finally {
    outcomes.stop();
    hindrances.stop();
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
