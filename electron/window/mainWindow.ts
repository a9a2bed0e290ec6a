import { BrowserWindow, Menu, nativeTheme, screen, type IpcMainInvokeEvent } from 'electron';
import { fileURLToPath } from 'node:url';
import type { HostEvent } from '../../core/api/contract.ts';
import { CHANNELS } from '../channels.ts';
import { APP_ORIGIN } from '../schemes.ts';
import type { ShellTexts } from '../texts.ts';
import { editMenuItems } from './menu.ts';
import { isTrustedFrame } from './trustedFrame.ts';
import { lastPlace, rememberPlace } from './windowPlace.ts';

const PRELOAD = fileURLToPath(new URL('../preload.cjs', import.meta.url));

/** Shown until the page paints: the page's own background colour, so that nothing flashes. */
const BACKGROUND = { dark: '#141414', light: '#fafafa' };

export interface MainWindowOptions {
  readonly isPackaged: boolean;
  /** The window's icon where the system does not take it from the program: on Linux. */
  readonly icon: string;
  /** Where its place on the desktop is kept. */
  readonly placeFile: string;
  /** What closing does; see {@link closingPlan}. */
  readonly onClose: () => 'hide' | 'ask' | 'close';
  /** Asks what to do with the remaining work. */
  readonly texts: () => ShellTexts;
  readonly ask: () => Promise<'hide' | 'close' | 'stay'>;
}

/** The one window of the program: created when it is first shown, hidden or gone in between. */
export class MainWindow {
  readonly #options: MainWindowOptions;
  #window: BrowserWindow | undefined;
  #isQuitting = false;
  #isHidden = false;

  constructor(options: MainWindowOptions) {
    this.#options = options;
  }

  /** The window itself, for dialogs; undefined when it was closed. */
  get current(): BrowserWindow | undefined {
    return this.#window;
  }

  /** It was closed, and the program continues. */
  get isHidden(): boolean {
    return this.#window !== undefined && this.#isHidden;
  }

  get hasFocus(): boolean {
    return this.#window?.isFocused() ?? false;
  }

  /** Brings it to the front, and creates it if necessary. */
  show(): void {
    if (this.#window === undefined) {
      this.#open();
      return;
    }
    this.#isHidden = false;
    if (this.#window.isMinimized()) this.#window.restore();
    this.#window.show();
    this.#window.focus();
  }

  send(event: HostEvent): void {
    this.#send(CHANNELS.event, event);
  }

  /** Makes the page request the files that the program was opened with; one that is still loading does so by itself. */
  sendOpened(): void {
    this.#send(CHANNELS.opened);
  }

  /** Whether a message comes from this window's own page. */
  isSender(event: IpcMainInvokeEvent): boolean {
    return event.sender === this.#window?.webContents && isTrustedFrame(event.senderFrame, APP_ORIGIN);
  }

  /** From now on, closing the window actually closes it. */
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
      minWidth: 360,
      minHeight: 480,
      show: false,
      title: 'Enlarger',
      icon,
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
      webPreferences: this.#webPreferences(),
    });
    this.#window = window;
    this.#isHidden = false;
    if (isMaximized) window.maximize();
    window.once('ready-to-show', () => {
      window.show();
    });
    this.#watch(window);
    // The page is our own file; if it cannot be loaded, the next start shows why.
    void window.loadURL(`${APP_ORIGIN}/`);
  }

  #hide(window: BrowserWindow): void {
    this.#isHidden = true;
    window.hide();
  }

  async #askToClose(window: BrowserWindow): Promise<void> {
    const answer = await this.#options.ask();
    if (window.isDestroyed() || answer === 'stay') return;
    if (answer === 'hide') this.#hide(window);
    else window.destroy();
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
      rememberPlace(this.#options.placeFile, place);
      if (this.#isQuitting) return;
      const plan = this.#options.onClose();
      if (plan === 'close') return;
      event.preventDefault();
      if (plan === 'hide') this.#hide(window);
      else void this.#askToClose(window);
    });
    window.on('closed', () => {
      this.#window = undefined;
    });
    window.webContents.on('context-menu', (_, { isEditable }) => {
      if (isEditable) Menu.buildFromTemplate(editMenuItems(this.#options.texts())).popup({ window });
    });
    window.webContents.on('render-process-gone', (_, { reason }) => {
      // The host and its work are elsewhere and continue; the page requests everything again.
      if (reason !== 'clean-exit' && !window.isDestroyed()) window.webContents.reload();
    });
  }
}
