import { protocol } from 'electron';

/** The window's page comes from here, and nothing else may call the host. */
export const APP_ORIGIN = 'app://bundle';

/**
 * Makes `app:` and `media:` known to Chromium. Has to be called once, before the program is ready. Neither may bypass
 * the content security policy or have service workers.
 */
export function registerSchemes(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true };
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges },
    { scheme: 'media', privileges: { ...privileges, stream: true } },
  ]);
}
