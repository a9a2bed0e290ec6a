import type { Connection } from './connection.ts';
import { connectDesktop } from './desktopClient.ts';
import { connectHttp } from './httpClient.ts';

/**
 * Connects with the host: through the desktop program's bridge if there is one, else with the local server that
 * the page came from.
 *
 * @throws EnlargerError `request/forbidden` without a valid link, `host/unreachable` if there is no answer.
 */
export function connect(): Promise<Connection> {
  return window.enlarger === undefined ? connectHttp(window.location) : connectDesktop(window.enlarger);
}
