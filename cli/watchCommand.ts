import { createHash } from 'node:crypto';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { EnlargerApi } from '../core/api/contract.ts';
import { EnlargerError } from '../core/api/errors.ts';
import type { JobView, WatchedFolderView } from '../core/api/views.ts';
import type { BatchRequest } from '../core/host/batches/batchRequest.ts';
import { makeDataFolder } from '../core/host/dataFolder.ts';
import { localSources } from '../core/host/batches/localSources.ts';
import { startProgram, type RunningProgram } from '../core/host/startProgram.ts';
import { openLog } from '../core/log/openLog.ts';
import { forkMedia } from '../core/media/mediaLauncher.ts';
import { forkWorker } from '../core/pool/launcher.ts';
import { onInterrupt } from './interrupts.ts';
import { EXIT, programVersion } from './program.ts';
import { tellBoth } from './terminalLog.ts';
import { forTerminal } from './text.ts';
import { parseWatchOptions, type WatchCommandOptions } from './watchOptions.ts';

/** Looks without any change after which `--once` leaves what is not complete to the next time. */
const PATIENCE = 4;

/** Events are coalesced to ten a second: the last ones come a moment after the fact. */
const LAST_EVENTS_MS = 250;

/** Watched from the command line, a folder has settings of its own, under a name that tells where they come from. */
async function savePreset(api: EnlargerApi, folder: string, request: BatchRequest): Promise<string> {
  const { settings, exists, nameTemplate, recursive, include, exclude } = request;
  const id = `watch-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  await api.savePreset({
    id,
    name: `enlarger watch ${path.basename(folder)}`.slice(0, 100),
    batch: {
      destination: { kind: 'path', path: path.resolve(request.output) },
      ...{ settings, exists, nameTemplate, recursive },
      include: [...include],
      exclude: [...exclude],
      report: { measure: request.report?.measure === true, formats: [] },
    },
  });
  return id;
}

async function watchFolder(
  api: EnlargerApi,
  folder: string,
  { request, settleMs, moveOriginalsTo }: WatchCommandOptions,
): Promise<WatchedFolderView> {
  const { include, exclude, recursive } = request;
  const fields = {
    presetId: await savePreset(api, folder, request),
    ...{ settleMs, recursive, paused: false },
    include: [...include],
    exclude: [...exclude],
    ...(moveOriginalsTo !== undefined && { moveOriginalsTo }),
  };
  const { folders } = await api.listWatchedFolders({});
  const known = folders.find((each) => each.folder === folder);
  return known === undefined
    ? api.addWatchedFolder({ folder, ...fields })
    : api.updateWatchedFolder({ id: known.id, ...fields });
}

function describe({ name, sourcePath = name, state }: JobView): string | undefined {
  switch (state.kind) {
    case 'done':
      return `done     ${sourcePath} → ${state.outputPath}`;
    case 'failed':
      return `failed   ${sourcePath}: ${state.error.message} [${state.error.code}]`;
    case 'skipped':
      return `skipped  ${sourcePath} (${state.reason})`;
    case 'cancelled':
      return `stopped  ${sourcePath}`;
    default:
      return undefined;
  }
}

/** Tells of every image that ended and of every file that was passed over, once. */
function tellOfEnds({ host }: RunningProgram, isJson: boolean): { failed: number; stop: () => void } {
  const told = { failed: 0, stop: (): void => undefined };
  const ended = new Set<number>();
  const startedAt = Date.now();
  const passedOver = new Set<string>();
  const tell = (values: object, words: string): void => {
    if (isJson) process.stdout.write(`${JSON.stringify(values)}\n`);
    else process.stderr.write(`${forTerminal(words)}\n`);
  };
  const tellJob = (job: JobView): void => {
    const words = describe(job);
    if (words === undefined || ended.has(job.id)) return;
    ended.add(job.id);
    if (job.state.kind === 'failed') told.failed++;
    tell({ type: 'watched-job-ended', input: job.sourcePath, ...job.state, state: job.state.kind }, words);
  };
  const announceSkipped = ({ folder, passedOver: notes }: WatchedFolderView): void => {
    for (const { name, error, at } of notes.toReversed()) {
      const file = path.join(folder, name);
      // What earlier commands passed over was told by them.
      if (at < startedAt || passedOver.has(`${at} ${file}`)) continue;
      passedOver.add(`${at} ${file}`);
      tell({ type: 'passed-over', folder, name, error }, `passed   ${file}: ${error.message}`);
    }
  };
  told.stop = host.subscribe((event) => {
    if (event.type === 'jobs-changed') event.jobs.forEach(tellJob);
    if (event.type === 'watched-folders-changed') event.folders.forEach(announceSkipped);
  });
  return told;
}

async function isIdle({ getQueue }: EnlargerApi): Promise<boolean> {
  const { counts } = await getQueue({});
  return counts.queued + counts.running === 0;
}

/** Until all that was complete is done. What is not complete stays for the next time, and is counted. */
async function finishOnce(program: RunningProgram, settleMs: number, signal: AbortSignal): Promise<number> {
  let waiting = await program.rescanFolders();
  for (let unchanged = 0; unchanged < PATIENCE && !signal.aborted;) {
    await delay(settleMs / 2 + 50, undefined, { signal }).catch(() => undefined);
    const now = await program.rescanFolders();
    const isWorking = !(await isIdle(program.host.api));
    if (now === 0 && !isWorking) return 0;
    unchanged = now === waiting && !isWorking ? unchanged + 1 : 0;
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
    const left = await finishOnce(program, options.settleMs, signal);
    if (left > 0) process.stderr.write(`${left} files are not complete yet and stay for the next time.\n`);
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
  const told = tellOfEnds(program, options.isJson);
  const ids: number[] = [];
  try {
    for (const folder of options.folders) ids.push((await watchFolder(api, folder, options)).id);
    await api.startQueue({});
    if (!options.isJson) {
      process.stderr.write(`Watching ${options.folders.map(forTerminal).join(', ')}. Ctrl-C ends it.\n`);
    }
    await watchUntilEnd(program, options, signal);
    await delay(LAST_EVENTS_MS);
    const isUnfinished = signal.aborted && !(await isIdle(api));
    return isUnfinished ? EXIT.cancelled : told.failed > 0 ? EXIT.someFailed : EXIT.done;
  } finally {
    told.stop();
    // The window, which keeps watching what it was told to, must not go on with these.
    for (const id of ids) await api.updateWatchedFolder({ id, paused: true });
  }
}

/**
 * `enlarger watch`: enlarges what is put into folders, until Ctrl-C.
 *
 * @returns The exit code.
 * @throws EnlargerError `usage/…`, `watch/…`, or `store/…`: `store/in-use` where another process of the program runs.
 */
export async function watchCommand(folders: readonly string[], rawOptions: unknown): Promise<number> {
  const options = parseWatchOptions(folders, rawOptions);
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
      log: tellBoth(logFile, options.isVerbose),
    });
    try {
      return await watchAll(program, options, end.signal);
    } finally {
      await program.close();
    }
  } catch (error) {
    if (error instanceof EnlargerError && error.code === 'store/in-use') {
      const message = `${error.message} Add the folder there, or give this command a list of its own with --data.`;
      throw new EnlargerError(error.code, message, error.details, { cause: error });
    }
    throw error;
  } finally {
    stopListening();
    await logFile.close();
  }
}
