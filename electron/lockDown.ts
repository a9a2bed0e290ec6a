import { app, type Session, type WebContents } from 'electron';

/** Everything that a page could load, except our own schemes and images that are being dropped. */
const ALLOWED_SCHEMES = new Set(['app:', 'media:', 'blob:']);

function prevent(event: { preventDefault(): void }): void {
  event.preventDefault();
}

/** The page cannot be left, open a window, or embed another page. */
function lockContents(contents: WebContents): void {
  contents.on('will-navigate', prevent);
  contents.on('will-frame-navigate', prevent);
  contents.on('will-redirect', prevent);
  contents.on('will-attach-webview', prevent);
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
}

/**
 * Locks every page that this program will ever have; has to be called before the first, and before Electron is ready.
 * As root, Chromium has no sandbox and needs `--no-sandbox` on the command line. Requesting one anyway would lead
 * to a loop of processes that cannot start.
 */
export function lockAllContents(): void {
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
  app.on('web-contents-created', (_, contents) => {
    lockContents(contents);
  });
}

/**
 * No permission, no device, no download, no network. Electron grants everything that is not refused, through two handlers.
 *
 * @param isPackaged Otherwise the developer tools may load their own parts.
 */
export function lockSession(session: Session, isPackaged: boolean): void {
  session.setPermissionRequestHandler((_contents, _permission, decide) => {
    decide(false);
  });
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.on('will-download', prevent);
  session.setSpellCheckerEnabled(false);
  session.webRequest.onBeforeRequest(({ url }, decide) => {
    const { protocol } = new URL(url);
    const isAllowed = ALLOWED_SCHEMES.has(protocol) || (!isPackaged && protocol === 'devtools:');
    decide({ cancel: !isAllowed });
  });
}
