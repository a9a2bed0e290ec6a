import { BrowserWindow, nativeTheme, screen, type IpcMainInvokeEvent } from 'electron';
import { fileURLToPath } from 'node:url';
import type { HostEvent } from '../../core/api/contract.ts';
import { CHANNELS } from '../channels.ts';
import { APP_ORIGIN } from '../schemes.ts';
import { isTrustedFrame } from './trustedFrame.ts';
import { lastPlace, rememberPlace } from './windowPlace.ts';

const PRELOAD = fileURLToPath(new URL('preload.cjs', import.meta.url));

/** Shown until the page paints: the page's own background, so that nothing flashes. */
const BACKGROUND = { dark: '#141414', light: '#e4e4e4' };

export interface MainWindowOptions {
  readonly isPackaged: boolean;
  /** The window's image where the system does not take it from the program: Linux. */
  readonly icon: string;
  /** Where its place on the desktop is kept. */
  readonly placeFile: string;
  /** Whether closing it only hides it. */
  readonly hidesOnClose: () => boolean;
}

/** The one window of the program: made when it is first shown, hidden or gone in between. */
export class MainWindow {
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | undefined;
  #isQuitting = false;

  constructor(options: MainWindowOptions) {
    this.#options = options;
  }

  /** The window itself, for dialogs; undefined when it was closed. */
  get current(): BrowserWindow | undefined {
    return this.#window;
  }

  get hasFocus(): boolean {
    return this.#window?.isFocused() ?? false;
  }

  /** Brings it to the front, made anew where need be. */
  show(): void {
    if (this.#window === undefined) {
      this.#open();
      return;
    }
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  send(event: HostEvent): void {
    this.#send(CHANNELS.event, event);
  }

  /** Has the page ask what the program was opened with; one that is not there yet asks by itself. */
  sendOpened(): void {
    this.#send(CHANNELS.opened);
  }

  /** Whether a message comes from this window's own page. */
  isSender(event: IpcMainInvokeEvent): boolean {
    return event.sender === this.#window?.webContents && isTrustedFrame(event.senderFrame, APP_ORIGIN);
  }

  /** From here on closing closes. */
  prepareToQuit(): void {
    this.#isQuitting = true;
  }

  #send(channel: string, ...values: readonly unknown[]): void {
    if (this.#window !== undefined && !this.#window.webContents.isDestroyed()) {
      this.#window.webContents.send(channel, ...values);
    }
  }

  #open(): void {
    const { placeFile, icon } = this.#options;
    const screens = screen.getAllDisplays().map(({ workArea }) => workArea);
    const { isMaximized, x, y, width, height } = lastPlace(placeFile, screens);
    const window = new BrowserWindow({
      ...(x === undefined || y === undefined ? {} : { x, y }),
      width,
      height,
      minWidth: 800,
      minHeight: 560,
      show: false,
      title: 'Enlarger',
      icon,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: this.#webPreferences(),
    });
    this.#window = window;
    if (isMaximized) window.maximize();
    window.once('ready-to-show', () => {
      window.show();
    });
    this.#watch(window);
    // A page that could not be loaded shows nothing, and the next start tells why: it is our own file.
    void window.loadURL(`${APP_ORIGIN}/`);
  }

  #webPreferences(): Electron.WebPreferences {
    return {
      preload: PRELOAD,
      sandbox: true,
      contextIsolation: true,
      webSecurity: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      plugins: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      devTools: !this.#options.isPackaged,
    };
  }

  #watch(window: BrowserWindow): void {
    window.on('close', (event) => {
      const place = { ...window.getNormalBounds(), isMaximized: window.isMaximized() };
      void rememberPlace(this.#options.placeFile, place);
      if (this.#isQuitting || !this.#options.hidesOnClose()) return;
      event.preventDefault();
      window.hide();
    });
    window.on('closed', () => {
      this.#window = undefined;
    });
    window.webContents.on('render-process-gone', (_, { reason }) => {
      // The host and its work are elsewhere and go on; the page asks for everything anew.
      if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
    });
  }
}
