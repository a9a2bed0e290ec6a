import { Menu, Tray, type MenuItemConstructorOptions } from 'electron';
import type { QueueView } from '../../core/api/views.ts';
import type { WatchedFolderView } from '../../core/api/watchedFolderView.ts';
import type { ShellTexts } from '../texts.ts';

export interface TrayState {
  readonly folders: readonly WatchedFolderView[];
  readonly queue: QueueView;
  readonly texts: ShellTexts;
  /** Then the icon is the only way back, even when nothing is running. */
  readonly isWindowHidden: boolean;
}

export interface TrayOptions {
  /** On macOS a template: black and transparent. */
  readonly icon: string;
  readonly onOpen: () => void;
  readonly onQuit: () => void;
  readonly onPause: () => void;
  readonly onStart: () => void;
}

/** Images that wait or are under way. */
export function waitingCount({ counts }: QueueView): number {
  return counts.queued + counts.running;
}

/** How many folders are watched at the moment. */
export function watchedCount(folders: readonly WatchedFolderView[]): number {
  return folders.filter(({ state }) => state.kind !== 'paused').length;
}

/** The lines that describe the current activity, or an empty list. */
function statusLines({ queue, folders, texts }: TrayState): readonly string[] {
  const waiting = waitingCount(queue);
  const watched = watchedCount(folders);
  return [
    ...(waiting > 0 ? [texts('shell.left', { count: waiting })] : []),
    ...(watched > 0 ? [texts('shell.watching', { count: watched })] : []),
  ];
}

/** The program's icon in the tray while it works or watches folders. */
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
    const lines = statusLines(state);
    if (lines.length === 0 && !state.isWindowHidden) {
      this.close();
      return;
    }
    this.#tray ??= this.#open();
    this.#tray.setToolTip(['Enlarger', ...lines].join(' – '));
    this.#tray.setContextMenu(Menu.buildFromTemplate(this.#menu(state, lines)));
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

  #menu({ queue, texts }: TrayState, lines: readonly string[]): MenuItemConstructorOptions[] {
    const { onOpen, onQuit, onPause, onStart } = this.#options;
    const isPaused = queue.state.kind === 'paused';
    return [
      ...lines.map((label) => ({ label, enabled: false })),
      ...(lines.length > 0 ? [{ type: 'separator' as const }] : []),
      { label: texts('shell.open'), click: onOpen },
      isPaused
        ? { label: texts('shell.resume'), click: onStart }
        : { label: texts('shell.pause'), click: onPause },
      { type: 'separator' },
      { label: texts('shell.quit'), click: onQuit },
    ];
  }
}
