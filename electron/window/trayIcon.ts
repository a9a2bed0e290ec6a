import { Menu, Tray, type MenuItemConstructorOptions } from 'electron';
import type { QueueView, WatchedFolderView } from '../../core/api/views.ts';
import type { ShellTexts } from '../texts.ts';

export interface TrayState {
  readonly folders: readonly WatchedFolderView[];
  readonly queue: QueueView;
  readonly texts: ShellTexts;
}

export interface TrayOptions {
  /** On macOS a template: black and transparent. */
  readonly icon: string;
  readonly onOpen: () => void;
  readonly onQuit: () => void;
  readonly onPause: () => void;
  readonly onStart: () => void;
}

/** How many folders are watched at the moment. */
export function watchedCount(folders: readonly WatchedFolderView[]): number {
  return folders.filter(({ state }) => state.kind !== 'paused').length;
}

/** The program's place beside the clock while it watches folders. */
export class TrayIcon {
  readonly #options: TrayOptions;
  #tray: Tray | undefined;

  constructor(options: TrayOptions) {
    this.#options = options;
  }

  get isShown(): boolean {
    return this.#tray !== undefined;
  }

  update(state: TrayState): void {
    const count = watchedCount(state.folders);
    if (count === 0) {
      this.close();
      return;
    }
    this.#tray ??= this.#open();
    this.#tray.setToolTip(`Enlarger – ${state.texts('shell.watching', { count })}`);
    this.#tray.setContextMenu(Menu.buildFromTemplate(this.#menu(state, count)));
  }

  close(): void {
    this.#tray?.destroy();
    this.#tray = undefined;
  }

  #open(): Tray {
    const tray = new Tray(this.#options.icon);
    tray.on('click', () => {
      this.#options.onOpen();
    });
    return tray;
  }

  #menu({ queue, texts }: TrayState, count: number): MenuItemConstructorOptions[] {
    const { onOpen, onQuit, onPause, onStart } = this.#options;
    const isPaused = queue.state.kind === 'paused';
    return [
      { label: texts('shell.watching', { count }), enabled: false },
      { type: 'separator' },
      { label: texts('shell.open'), click: onOpen },
      isPaused
        ? { label: texts('shell.resume'), click: onStart }
        : { label: texts('shell.pause'), click: onPause },
      { type: 'separator' },
      { label: texts('shell.quit'), click: onQuit },
    ];
  }
}
