/**
 * @file The window and the contract for browsers on this machine; the room in the order of a request's life.
 * `startServer.ts` listens, `requestGuard.ts` and `refusals.ts` turn foreign requests away (`unreadAnswers.ts` cuts
 * slow readers off), and `sessionRoutes.ts` (`sessions.ts`) signs a browser in. `assets.ts` serves the page under
 * `securityHeaders.ts`; `apiRoutes.ts` calls the host (`readJson.ts`, `pageInput.ts`), `eventRoutes.ts` streams its
 * events (`eventMailbox.ts`), `uploadRoutes.ts` (`uploads.ts`) receives files and `mediaRoutes.ts` sends them.
 * `openRoots.ts` and
 * `browserPlaces.ts` are the places that a page may use; `pathHider.ts` hides all others.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import type { EnlargerHost } from '../api/contract.ts';
import { EnlargerError } from '../api/errors.ts';
import type { MediaService } from '../media/mediaService.ts';
import { apiRoutes } from './apiRoutes.ts';
import { loadAssets } from './assets.ts';
import type { BrowserPlaces } from './browserPlaces.ts';
import { eventRoutes } from './eventRoutes.ts';
import { mediaRoutes } from './mediaRoutes.ts';
import { PathHider } from './pathHider.ts';
import { errorForPage, refusalBody } from './refusals.ts';
import { checkRequest } from './requestGuard.ts';
import { SECURITY_HEADERS } from './securityHeaders.ts';
import type { ServerContext, ServerEnvironment } from './serverContext.ts';
import { Sessions } from './sessions.ts';
import { sessionRoutes } from './sessionRoutes.ts';
import { closeUnreadAnswers } from './unreadAnswers.ts';
import { uploadRoutes } from './uploadRoutes.ts';

const ADDRESS = '127.0.0.1';

const LIMITS = {
  connections: 64,
  headersTimeoutMs: 10_000,
  headerBytes: 16 * 1024,
  /** Time after which a connection without traffic in either direction is closed. */
  silenceMs: 600_000,
  keepAliveMs: 5_000,
  /** How long `close` waits for answers under way. */
  drainMs: 2_000,
};

export interface ServerOptions {
  readonly host: EnlargerHost;
  readonly media: Pick<MediaService, 'read'>;
  /** The owner of the host's resolver; the caller closes it. */
  readonly places: BrowserPlaces;
  /** Folder of the built window. */
  readonly assetsFolder: string;
  /** 0, the default, selects any free port. */
  readonly port?: number;
  /** Selects another free port instead of failing if `port` is in use. */
  readonly mayMove?: boolean;
  /** Remembers which browsers are signed in; without it, the link is needed again after each start. */
  readonly sessionsFile?: string;
  /** Called with our own bugs, which are not shown to pages. */
  readonly onBug?: (error: unknown) => void;
}

export interface RunningServer {
  /** The link to open, with the token in its fragment: fragments are never sent over a network. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves the window and the contract to browsers on this machine. The protocol is described in docs/server.md.
 *
 * @throws EnlargerError `usage/invalid-option` if the port is in use; Error when the window was not built.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, media, places, assetsFolder, port = 0, onBug = () => undefined } = options;
  const sessions = new Sessions(options.sessionsFile);
  const hider = new PathHider(places.roots, places.ownFolders);
  const context: ServerContext = { host, media, places, sessions, hider, assets: loadAssets(assetsFolder) };
  const answer = getRequestListener(buildApp(context, onBug).fetch);
  const hosts = new Set<string>();
  const server = createServer(
    {
      maxHeaderSize: LIMITS.headerBytes,
      headersTimeout: LIMITS.headersTimeoutMs,
      requestTimeout: 0, // bodies have separate limits: a large upload may take long, a silent one may not
      keepAliveTimeout: LIMITS.keepAliveMs,
      connectionsCheckingInterval: 1_000,
    },
    (request, response) => {
      const refusal = checkRequest(request, hosts);
      if (refusal === undefined) void answer(request, response);
      else refuse(response, refusal.status, refusal.message);
    },
  );
  server.maxConnections = LIMITS.connections;
  server.setTimeout(LIMITS.silenceMs);
  refuseUpgrades(server);
  closeUnreadAnswers(server);
  await listen(server, port, options.mayMove === true);
  const { port: actualPort } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  for (const name of [ADDRESS, 'localhost']) {
    hosts.add(`${name}:${actualPort}`);
    if (actualPort === 80) hosts.add(name);
  }
  return {
    url: `http://${ADDRESS}:${actualPort}/#t=${sessions.token}`,
    port: actualPort,
    close: () => close(server),
  };
}

function buildApp(context: ServerContext, onBug: (error: unknown) => void): Hono<ServerEnvironment> {
  const app = new Hono<ServerEnvironment>();
  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
    if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
  });
  app.onError((error, c) => {
    const { status, error: dto } = errorForPage(error);
    if (dto.code === 'internal/bug') onBug(error);
    // The rest of a refused body need not be read.
    c.header('Connection', 'close');
    return c.json(refusalBody({ ...dto, message: String(context.hider.hide(dto.message)) }), status);
  });
  app.notFound((c) =>
    c.json(refusalBody({ code: 'request/invalid', message: 'There is no such address.' }), 404),
  );
  app.route('/api/session', sessionRoutes(context));
  app.route('/api/events', eventRoutes(context));
  app.route('/api/uploads', uploadRoutes(context));
  app.route('/api', apiRoutes(context));
  app.route('/media', mediaRoutes(context));
  app.get('*', (c, next) => {
    const asset = context.assets.get(c.req.path);
    if (asset === undefined) return next();
    const headers = { ETag: asset.etag, 'Cache-Control': 'no-cache' };
    if (c.req.header('If-None-Match') === asset.etag) return Promise.resolve(c.body(null, 304, headers));
    return Promise.resolve(c.body(asset.bytes, 200, { ...headers, 'Content-Type': asset.contentType }));
  });
  return app;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  const code = status === 403 ? 'request/forbidden' : 'request/invalid';
  const headers = { ...SECURITY_HEADERS, 'Content-Type': 'application/json', Connection: 'close' };
  response.writeHead(status, headers).end(JSON.stringify(refusalBody({ code, message })));
}

/** Refuses every upgrade: connections only ever carry HTTP. */
function refuseUpgrades(server: Server): void {
  const refuseSocket = (_: IncomingMessage, socket: Duplex): void => {
    socket.on('error', () => undefined); // it may be gone already
    socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  };
  server.on('upgrade', refuseSocket);
  server.on('connect', refuseSocket);
}

function listen(server: Server, port: number, mayMove: boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (mayMove && port !== 0) {
        listen(server, 0, false).then(resolve, reject);
        return;
      }
      const message = `Port ${port} cannot be used: ${error.code === 'EADDRINUSE' ? 'another program has it' : error.message}.`;
      reject(new EnlargerError('usage/invalid-option', message, { port }, { cause: error }));
    });
    server.listen(port, ADDRESS, resolve);
  });
}

/** Accepts no more connections, gives answers under way a moment to end, and cuts off the rest. */
async function close(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), LIMITS.drainMs);
  await closed;
  clearTimeout(cut);
}
