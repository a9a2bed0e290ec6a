import { app, dialog, session } from 'electron';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { toErrorDto } from '../core/api/errors.ts';
import { Bundle } from './bundle.ts';
import { Desktop } from './desktop.ts';
import type { DesktopHost } from './desktopHost.ts';
import { bindIpc } from './ipc.ts';
import { lockSession } from './lockDown.ts';
import { mediaAnswer } from './mediaAnswer.ts';
import { setMenu } from './window/menu.ts';
import { openedPaths } from './openedPaths.ts';
import { openWhenFree, type BusyAnswer } from './openWhenFree.ts';
import { Shell } from './window/shell.ts';
import { wasStartedBySystem } from './window/startWithSystem.ts';
import { shellTexts } from './texts.ts';

/** Quitting takes at most this long: anything that a host leaves unfinished is repaired at the next start, as after a power cut. */
const QUIT_DEADLINE_MS = 3_000;

/** How often to check whether the list of jobs is free. */
const TRY_AGAIN_MS = 1_000;

const DRAG_ICON = fileURLToPath(new URL('../../resources/icons/icon-256.png', import.meta.url));

const BUNDLE_FOLDER = fileURLToPath(new URL('../renderer', import.meta.url));

/** Serves the page and its images, and nothing else. */
function serve(host: DesktopHost): void {
  const bundle = new Bundle(BUNDLE_FOLDER);
  const { defaultSession } = session;
  lockSession(defaultSession, app.isPackaged);
  defaultSession.protocol.handle('app', (request) => bundle.answer(request));
  defaultSession.protocol.handle('media', (request) => mediaAnswer(host.media, request));
}

function bind(host: DesktopHost, shell: Shell): void {
  bindIpc({
    api: host.api,
    desktop: new Desktop({
      ownResult: (jobId) => host.ownResult(jobId),
      media: host.media,
      pasted: host.pasted,
      window: () => shell.window.current,
      texts: () => shell.texts(),
      takeOpenedPaths: () => shell.takeOpenedPaths(),
      dragIcon: DRAG_ICON,
    }),
    isTrusted: (event) => shell.window.isSender(event),
  });
}

/** Files that a person opened with the program: at its start, by a second start, or dropped on its icon. */
function followOpenedFiles(shell: Shell, before: readonly string[]): void {
  app.on('second-instance', (_, _argv, _cwd, data) => {
    shell.window.show();
    shell.openPaths(pathsOf(data));
  });
  app.on('open-file', (event, file) => {
    event.preventDefault();
    shell.window.show();
    shell.openPaths([file]);
  });
  shell.openPaths(before);
}

/** The data that a second instance sends: in our own format, but possibly from any process of this user. */
function pathsOf(data: unknown): readonly string[] {
  if (typeof data !== 'object' || data === null || !('paths' in data) || !Array.isArray(data.paths))
    return [];
  return data.paths.filter((file): file is string => typeof file === 'string');
}

/** Ends host and shell once, in reverse order of creation, and then the program. */
function quitInOrder(host: DesktopHost, shell: Shell): void {
  app.once('before-quit', (event) => {
    event.preventDefault();
    shell.close();
    void Promise.race([host.close(), wait(QUIT_DEADLINE_MS)]).finally(() => {
      app.exit(0);
    });
  });
  app.on('window-all-closed', () => {
    if (!shell.canHide) app.quit();
  });
}

/** Shows who has the list of jobs. Not every system can close the box again; its answer then comes too late. */
async function showBusyDialog(message: string, signal: AbortSignal): Promise<BusyAnswer> {
  const t = shellTexts('system', app.getLocale());
  // Started from a terminal, or by a script that sees no dialog.
  process.stderr.write(`Enlarger waits: ${message}\n`);
  const { response } = await dialog.showMessageBox({
    type: 'info',
    message: t('shell.inUse'),
    detail: `${message}\n\n${t('shell.opensLater')}`,
    buttons: [t('shell.tryAgain'), t('shell.quit')],
    defaultId: 0,
    cancelId: 1,
    signal,
  });
  return response === 0 ? 'again' : 'quit';
}

async function pauseBetweenTries(signal: AbortSignal): Promise<void> {
  try {
    await wait(TRY_AGAIN_MS, undefined, { signal });
  } catch (error) {
    // The answer came first.
    if (!signal.aborted) throw error;
  }
}

async function start(openDesktopHost: () => Promise<DesktopHost>): Promise<void> {
  const openedEarly: string[] = [];
  const collect = (event: Electron.Event, file: string): void => {
    event.preventDefault();
    openedEarly.push(file);
  };
  // macOS reports opened files before anything else.
  app.on('open-file', collect);
  await app.whenReady();
  setMenu();
  const host = await openWhenFree(openDesktopHost, { ask: showBusyDialog, pause: pauseBetweenTries });
  if (host === undefined) {
    app.exit(0);
    return;
  }
  serve(host);
  const shell = await Shell.open(host);
  bind(host, shell);
  quitInOrder(host, shell);
  if (!(wasStartedBySystem() && shell.canHide)) shell.window.show();
  app.on('activate', () => {
    shell.window.show();
  });
  app.off('open-file', collect);
  followOpenedFiles(shell, [...openedEarly, ...openedPaths(process.argv, process.cwd(), app.isPackaged)]);
}

/**
 * Runs the desktop program. If it is already running, its window comes to the front, with the files of this start.
 *
 * @param openDesktopHost Makes the host; called once Electron is ready.
 */
export function runProgram(openDesktopHost: () => Promise<DesktopHost>): void {
  const paths = openedPaths(process.argv, process.cwd(), app.isPackaged);
  if (!app.requestSingleInstanceLock({ paths })) {
    app.quit();
    return;
  }
  start(openDesktopHost).catch((error: unknown) => {
    const { message } = toErrorDto(error);
    // Started from a terminal, or by a script that sees no dialog.
    process.stderr.write(`Enlarger cannot start: ${message}\n`);
    dialog.showErrorBox(shellTexts('system', app.getLocale())('shell.cannotStart'), message);
    app.exit(1);
  });
}
