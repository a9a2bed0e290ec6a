import { app, dialog, nativeTheme } from 'electron';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HostEvent } from '../../core/api/contract.ts';
import type { ProgramSettings } from '../../core/api/programSettings.ts';
import type { QueueView } from '../../core/api/views.ts';
import type { WatchedFolderView } from '../../core/api/watchedFolderView.ts';
import { Activity } from './activity.ts';
import type { DesktopHost } from '../desktopHost.ts';
import { MainWindow } from './mainWindow.ts';
import { startWithSystem } from './startWithSystem.ts';
import { shellTexts, type ShellTexts } from '../texts.ts';
import { closingPlan, type ClosingFacts } from './closingPlan.ts';
import { TrayIcon, waitingCount, watchedCount } from './trayIcon.ts';

const ICON_FOLDER = fileURLToPath(new URL('../../../resources/icons', import.meta.url));

function trayIconFile(): string {
  if (process.platform === 'darwin') return path.join(ICON_FOLDER, 'trayTemplate.png');
  return path.join(ICON_FOLDER, 'tray.png');
}

/** The host's last known state, as far as the shell shows it. */
interface ShellState {
  settings: ProgramSettings;
  queue: QueueView;
  folders: readonly WatchedFolderView[];
}

/** Keeps window, tray and taskbar in step with the host's events. */
export class Shell {
  readonly #opened: string[] = [];
  readonly #state: ShellState;
  readonly #tray: TrayIcon;
  readonly #activity: Activity;
  readonly #unsubscribe: () => void;
  readonly window: MainWindow;

  private constructor(host: DesktopHost, state: ShellState) {
    this.#state = state;
    this.window = new MainWindow({
      isPackaged: app.isPackaged,
      icon: path.join(ICON_FOLDER, 'icon-256.png'),
      placeFile: path.join(app.getPath('userData'), 'window.json'),
      onClose: () => closingPlan(this.#closingFacts()),
      ask: () => this.#askToClose(),
      texts: () => this.texts(),
    });
    this.#tray = new TrayIcon({
      icon: trayIconFile(),
      onOpen: () => {
        this.window.show();
        this.#updateTray();
      },
      onQuit: () => {
        app.quit();
      },
      onPause: () => void host.api.pauseQueue({}),
      onStart: () => void host.api.startQueue({}),
    });
    this.#activity = new Activity({
      window: this.window,
      settings: () => this.#state.settings,
      texts: () => this.texts(),
    });
    this.#unsubscribe = host.subscribe((event) => {
      this.window.send(event);
      this.#take(event);
    });
  }

  /** Requests the host's state and shows it. */
  static async open(host: DesktopHost): Promise<Shell> {
    const [settings, queue, { folders }, { batches }] = await Promise.all([
      host.api.getSettings({}),
      host.api.getQueue({}),
      host.api.listWatchedFolders({}),
      host.api.listBatches({}),
    ]);
    const shell = new Shell(host, { settings, queue, folders });
    shell.#take({ type: 'settings-changed', settings });
    shell.#take({ type: 'watched-folders-changed', folders });
    shell.#take({ type: 'batches-changed', batches });
    shell.#take({ type: 'queue-changed', queue });
    return shell;
  }

  texts(): ShellTexts {
    return shellTexts(this.#state.settings.language, app.getLocale());
  }

  /** Whether there is an icon in the tray to come back from. */
  get canHide(): boolean {
    return this.#state.settings.keepInTray && this.#tray.isShown;
  }

  #closingFacts(): ClosingFacts {
    const { settings, queue, folders } = this.#state;
    return {
      keepsInTray: settings.keepInTray,
      hasTray: this.#tray.isShown,
      waiting: waitingCount(queue),
      watchedFolders: watchedCount(folders),
    };
  }

  async #askToClose(): Promise<'hide' | 'close' | 'stay'> {
    const t = this.texts();
    const { waiting } = this.#closingFacts();
    const options = {
      type: 'question' as const,
      message: t('shell.closing', { count: waiting }),
      detail: t('shell.closing.detail'),
      buttons: [t('shell.closing.hide'), t('shell.closing.stop'), t('shell.closing.stay')],
      defaultId: 0,
      cancelId: 2,
    };
    const window = this.window.current;
    const { response } = await (window === undefined
      ? dialog.showMessageBox(options)
      : dialog.showMessageBox(window, options));
    return (['hide', 'close', 'stay'] as const)[response] ?? 'stay';
  }

  /** Passes files and folders to the window, as if they had been dropped. */
  openPaths(paths: readonly string[]): void {
    if (paths.length === 0) return;
    this.#opened.push(...paths);
    this.window.sendOpened();
  }

  /** Paths that the window has not requested yet. */
  takeOpenedPaths(): readonly string[] {
    return this.#opened.splice(0);
  }

  close(): void {
    this.#unsubscribe();
    this.window.prepareToQuit();
    this.#activity.end();
    this.#tray.close();
  }

  #take(event: HostEvent): void {
    switch (event.type) {
      case 'settings-changed':
        this.#state.settings = event.settings;
        nativeTheme.themeSource = event.settings.theme;
        void startWithSystem(event.settings.startWithSystem);
        this.#updateTray();
        return;
      case 'queue-changed':
        this.#state.queue = event.queue;
        this.#activity.showQueue(event.queue);
        this.#updateTray();
        return;
      case 'watched-folders-changed':
        this.#state.folders = event.folders;
        this.#updateTray();
        return;
      case 'batches-changed':
        this.#activity.showBatches(event.batches);
        return;
      default:
        return;
    }
  }

  #updateTray(): void {
    this.#tray.update({
      ...this.#state,
      texts: this.texts(),
      isWindowHidden: this.window.isHidden,
    });
  }
}
