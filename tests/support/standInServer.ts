import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { toErrorDto } from '../../core/api/errors.ts';
import { METHOD_INPUTS } from '../../core/api/methodInputs.ts';
import type { EnlargerHost } from '../../core/api/contract.ts';
import type { StandInImages } from './standInImages.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.webp': 'image/webp',
};

/** The policy that the window has to comply with. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' media: blob:; font-src 'self'; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'";

export interface StandInServer extends AsyncDisposable {
  /** The link that opens the window. */
  readonly url: string;
}

interface Parts {
  readonly host: EnlargerHost;
  readonly pictures: StandInImages;
  /** The folder of the built window. */
  readonly files: string;
}

/** Serves the window and a host on a free port, with the same addresses as `enlarger serve`. */
export async function startStandInServer(parts: Parts): Promise<StandInServer> {
  const csrf = randomUUID();
  const server = http.createServer((request, response) => {
    answer(parts, csrf, request, response).catch((error: unknown) => {
      sendJson(response, { ok: false, error: toErrorDto(error) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/#t=token`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { host, pictures: images, files }: Parts,
  csrf: string,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
  if (pathname === '/api/session') {
    sendJson(response, { ok: true, value: { csrf, instanceId: 'stand-in' } });
    return;
  }
  if (pathname === '/api/events') {
    sendEvents(host, response);
    return;
  }
  if (pathname === '/api/uploads') {
    const name = searchParams.get('name') ?? '';
    const bytes = await bodyOf(request);
    const uploadId = images.addUpload(name, bytes);
    sendJson(response, { ok: true, value: { uploadId, name, sizeBytes: bytes.length } });
    return;
  }
  if (pathname.startsWith('/api/')) {
    if (request.headers['x-enlarger-csrf'] !== csrf) throw new Error('The CSRF header is missing.');
    const input: unknown = JSON.parse((await bodyOf(request)).toString('utf8'));
    sendJson(response, { ok: true, value: await call(host, pathname.slice('/api/'.length), input) });
    return;
  }
  if (pathname.startsWith('/media/')) return sendMedia(images, pathname.slice('/media/'.length), response);
  return sendFile(files, pathname, response);
}

async function call(host: EnlargerHost, method: string, input: unknown): Promise<unknown> {
  const schemas: Readonly<Record<string, { parse(value: unknown): unknown }>> = METHOD_INPUTS;
  const methods = host.api as unknown as Readonly<Record<string, (value: unknown) => Promise<unknown>>>;
  const [schema, run] = [schemas[method], methods[method]];
  if (schema === undefined || run === undefined) throw new Error(`There is no method ${method}.`);
  return run(schema.parse(input));
}

async function bodyOf(request: http.IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function sendJson(response: http.ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function sendEvents(host: EnlargerHost, response: http.ServerResponse): void {
  response
    .writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    .flushHeaders();
  const end = host.subscribe((event) => response.write(`data: ${JSON.stringify(event)}\n\n`));
  response.on('close', end);
}

async function sendMedia(
  images: StandInImages,
  address: string,
  response: http.ServerResponse,
): Promise<void> {
  const { type, bytes } = await images.read(address);
  response.writeHead(200, { 'content-type': type }).end(bytes);
}

async function sendFile(files: string, pathname: string, response: http.ServerResponse): Promise<void> {
  const name = pathname === '/' ? 'index.html' : path.basename(pathname);
  const file = pathname.startsWith('/assets/') ? path.join(files, 'assets', name) : path.join(files, name);
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) {
    response.writeHead(404).end();
    return;
  }
  const type = TYPES[path.extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'content-security-policy': POLICY }).end(bytes);
}
