import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { MediaContent, MediaService } from '../../core/media/mediaService.ts';
import { EnlargerError } from '../../core/api/errors.ts';
import { openBrowserPlaces, type BrowserPlaces } from '../../core/server/browserPlaces.ts';
import { startServer, type RunningServer } from '../../core/server/startServer.ts';
import { MemoryHost, type Answers } from './memoryHost.ts';
import { exchange, requestBytes, type RawRequest, type RawResponse } from './rawHttp.ts';
import { temporaryFolder } from './temporaryFolder.ts';

export interface Session {
  readonly cookie: string;
  readonly csrf: string;
}

export interface TestServer {
  readonly running: RunningServer;
  readonly host: MemoryHost;
  readonly places: BrowserPlaces;
  readonly dataFolder: string;
  /** A folder that is open for the window, with `inside.png` in it, and `out`, a link out of it. */
  readonly rootFolder: string;
  readonly token: string;
  readonly bugs: unknown[];
  /** A request of our own page; `Connection: close` is added. */
  send(request: RawRequest): Promise<RawResponse>;
  /** Signs a browser in. */
  enter(): Promise<Session>;
  /** Calls a method as our page does. */
  call(session: Session, method: string, input: unknown): Promise<RawResponse>;
}

export interface TestServerOptions {
  readonly answers?: Answers;
  readonly media?: ReadonlyMap<string, MediaContent>;
  readonly sessionsFile?: string;
  readonly port?: number;
  readonly mayMove?: boolean;
}

/** The headers that our page sends with every write. */
export function pageHeaders(port: number, session?: Session): (readonly [string, string])[] {
  const headers: (readonly [string, string])[] = [
    ['Host', `127.0.0.1:${port}`],
    ['Origin', `http://127.0.0.1:${port}`],
    ['Sec-Fetch-Site', 'same-origin'],
  ];
  if (session !== undefined) headers.push(['Cookie', session.cookie], ['X-Enlarger-CSRF', session.csrf]);
  return headers;
}

export function jsonBody(value: unknown): {
  body: string;
  headers: (readonly [string, string])[];
} {
  const body = JSON.stringify(value);
  const length = String(Buffer.byteLength(body));
  return {
    body,
    headers: [
      ['Content-Type', 'application/json'],
      ['Content-Length', length],
    ],
  };
}

export function jsonOf({ body }: RawResponse): unknown {
  return JSON.parse(body.toString('utf8'));
}

function mediaOf(known: ReadonlyMap<string, MediaContent>): Pick<MediaService, 'read'> {
  return {
    read: (id, tile) => {
      const content = known.get(tile === undefined ? id : `${id}/${tile.level}/${tile.column}/${tile.row}`);
      if (content !== undefined) return Promise.resolve(content);
      return Promise.reject(new EnlargerError('media/not-found', 'The image is no longer available.'));
    },
  };
}

function makeAssets(): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html><title>Enlarger</title>');
  writeFileSync(path.join(folder, 'assets', 'window.js'), 'export {};');
  writeFileSync(path.join(folder, 'assets', 'window.js.map'), '{"sources":[]}');
  return folder;
}

/** A server with a host in memory, closed when the test is over. */
export async function startTestServer({
  answers,
  media = new Map(),
  ...listening
}: TestServerOptions = {}): Promise<TestServer> {
  const dataFolder = temporaryFolder();
  const rootFolder = path.join(temporaryFolder(), 'Photos');
  mkdirSync(rootFolder);
  writeFileSync(path.join(rootFolder, 'inside.png'), 'an image');
  symlinkSync(path.dirname(rootFolder), path.join(rootFolder, 'out'), 'junction');
  const host = new MemoryHost(answers);
  const places = openBrowserPlaces(dataFolder, [rootFolder]);
  const bugs: unknown[] = [];
  const running = await startServer({
    host,
    media: mediaOf(media),
    places,
    assetsFolder: makeAssets(),
    onBug: (error) => bugs.push(error),
    ...listening,
  });
  onTestFinished(() => running.close());
  const { port } = running;
  const token = new URL(running.url).hash.slice('#t='.length);
  const send = (request: RawRequest): Promise<RawResponse> =>
    exchange(port, requestBytes({ ...request, headers: [...request.headers, ['Connection', 'close']] }));
  const post = (target: string, value: unknown, session?: Session): Promise<RawResponse> => {
    const { body, headers } = jsonBody(value);
    return send({ method: 'POST', target, body, headers: [...pageHeaders(port, session), ...headers] });
  };
  return {
    running,
    host,
    places,
    dataFolder,
    rootFolder,
    token,
    bugs,
    send,
    enter: async () => {
      const response = await post('/api/session', { token });
      const { value } = jsonOf(response) as { value: { csrf: string } };
      const [cookie = ''] = response.headers.get('set-cookie')?.split(';') ?? [];
      return { cookie, csrf: value.csrf };
    },
    call: (session, method, input) => post(`/api/${method}`, input, session),
  };
}
