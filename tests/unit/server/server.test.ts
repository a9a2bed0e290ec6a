import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { SECURITY_HEADERS } from '../../../core/server/securityHeaders.ts';
import {
  jsonOf,
  pageHeaders,
  startTestServer,
  type Session,
  type TestServer,
} from '../../support/browserServer.ts';
import { requestBytes } from '../../support/rawHttp.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const BATCH = {
  sources: [] as unknown[],
  destination: { kind: 'downloads' } as unknown,
  settings: DEFAULT_JOB_SETTINGS,
  exists: 'skip',
  nameTemplate: '{dir}/{name}_{size}.{ext}',
  recursive: true,
  include: [],
  exclude: [],
  report: { measure: false, formats: [] } as unknown,
};

const PROGRAM = {
  version: '1.0.0',
  platform: 'linux',
  capabilities: { localPaths: true, desktop: true, uploads: false },
  models: [],
  roots: [],
  hasSample: true,
};

function upload(server: TestServer, session: Session, name: string, body: string) {
  const { port } = server.running;
  return server.send({
    method: 'PUT',
    target: `/api/uploads?name=${encodeURIComponent(name)}`,
    headers: [...pageHeaders(port, session), ['Content-Length', String(Buffer.byteLength(body))]],
    body,
  });
}

function get(server: TestServer, target: string, session?: Session, more: [string, string][] = []) {
  return server.send({
    method: 'GET',
    target,
    headers: [...pageHeaders(server.running.port, session), ...more],
  });
}

describe('letting in', () => {
  test('the page and its files need no session; nothing else of their folder is served', async () => {
    const server = await startTestServer();
    const page = await get(server, '/');
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect((await get(server, '/assets/window.js')).status).toBe(200);
    expect((await get(server, '/assets/window.js.map')).status).toBe(404);
    const etag = page.headers.get('etag') ?? '';
    expect((await get(server, '/', undefined, [['If-None-Match', etag]])).status).toBe(304);
  });

  test('every answer carries the headers that bind the browser, and none for other origins', async () => {
    const server = await startTestServer();
    for (const target of ['/', '/nowhere', '/api/session', '/..%2f']) {
      const { headers } = await get(server, target);
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        expect(headers.get(name.toLowerCase()), `${name} of ${target}`).toBe(value);
      }
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('the token of the link gives a strict cookie and a word, and a reload the same word', async () => {
    const server = await startTestServer({ answers: { getProgramInfo: () => PROGRAM } });
    const session = await server.enter();
    const name = session.cookie.split('=')[0] ?? '';
    expect(name).toMatch(/^enlarger_[0-9a-f]{16}$/);
    const again = jsonOf(await get(server, '/api/session', session));
    expect(again).toEqual({
      ok: true,
      value: { csrf: session.csrf, instanceId: name.slice('enlarger_'.length) },
    });
    const other = await server.enter();
    expect(other.csrf).not.toBe(session.csrf);
    expect((await server.call(session, 'getProgramInfo', {})).status).toBe(200);
  });

  test('only the last sixteen browsers stay let in', async () => {
    const server = await startTestServer();
    const first = await server.enter();
    for (let more = 0; more < 16; more++) await server.enter();
    expect((await get(server, '/api/session', first)).status).toBe(401);
  });

  test('a browser that was let in is recognised after a restart, and a stranger is not', async () => {
    const answers = { getProgramInfo: () => PROGRAM };
    const sessionsFile = path.join(temporaryFolder(), 'sessions.json');
    const session = await (await startTestServer({ sessionsFile })).enter();
    const next = await startTestServer({ sessionsFile, answers });
    expect(jsonOf(await get(next, '/api/session', session))).toMatchObject({ value: { csrf: session.csrf } });
    expect((await next.call(session, 'getProgramInfo', {})).status).toBe(200);
    const wrong = { ...session, cookie: `${session.cookie}x` };
    expect((await get(next, '/api/session', wrong)).status).toBe(401);
    expect(readFileSync(sessionsFile, 'utf8')).not.toContain(session.cookie.split('=')[1] ?? '');
    writeFileSync(sessionsFile, '{"instanceId":');
    expect((await get(await startTestServer({ sessionsFile }), '/api/session', session)).status).toBe(401);
  });

  test('a taken port is an error, unless another will do', async () => {
    const server = await startTestServer();
    const { port } = server.running;
    await expect(startTestServer({ port })).rejects.toMatchObject({ code: 'usage/invalid-option' });
    expect((await startTestServer({ port, mayMove: true })).running.port).not.toBe(port);
  });
});

describe('methods', () => {
  test('replies come as the contract says them, the program’s facts as they are in a browser', async () => {
    const server = await startTestServer({ answers: { getProgramInfo: () => PROGRAM } });
    const session = await server.enter();
    expect(jsonOf(await server.call(session, 'getProgramInfo', {}))).toEqual({
      ok: true,
      value: {
        ...PROGRAM,
        capabilities: { localPaths: false, desktop: false, uploads: true },
        roots: [{ id: server.places.roots.all[0]?.id, name: 'Photos' }],
      },
    });
  });

  test('what the host refuses travels as a reply, what is not of the contract does not reach it', async () => {
    const server = await startTestServer();
    const session = await server.enter();
    const refused = await server.call(session, 'getJob', { jobId: 7 });
    expect(refused.status).toBe(200);
    expect(jsonOf(refused)).toMatchObject({ ok: false, error: { code: 'job/not-found' } });
    server.host.calls.length = 0;
    expect(jsonOf(await server.call(session, 'getJob', { jobId: 'x' }))).toMatchObject({
      ok: false,
      error: { code: 'request/invalid' },
    });
    expect(server.host.calls).toEqual([]);
  });

  test('a bug of ours is logged whole, and told to the page without its inner parts', async () => {
    const answers = {
      getQueue: () => {
        throw new TypeError('cannot read /home/somebody/secret.txt');
      },
    };
    const server = await startTestServer({ answers });
    const response = await server.call(await server.enter(), 'getQueue', {});
    expect(response.status).toBe(500);
    expect(response.body.toString()).not.toContain('secret');
    expect(server.bugs.map(String).join()).toContain('secret.txt');
  });

  test('names of opened folders become paths, and paths become such names again', async () => {
    const server = await startTestServer({
      answers: {
        addWatchedFolder: (input) => ({ id: 1, ...(input as object), passedOver: [] }),
        listJobs: () => ({
          jobs: [
            { id: 1, name: 'a.png', sourcePath: path.join(server.rootFolder, 'in', 'a.png') },
            { id: 2, name: 'b.png', sourcePath: '/home/somebody/Private/b.png' },
          ],
        }),
        getJob: () => ({
          state: {
            kind: 'failed',
            error: {
              code: 'input/unreadable',
              message: '/home/some body/My Album/c.png may not be read.',
              details: { file: '/home/some body/My Album/c.png' },
            },
          },
        }),
      },
    });
    const session = await server.enter();
    const fields = {
      presetId: 'p',
      settleMs: 2000,
      include: [],
      exclude: [],
      recursive: true,
      paused: false,
    };
    const added = await server.call(session, 'addWatchedFolder', { folder: 'Photos/in', ...fields });
    expect(server.host.calls.at(-1)?.input).toMatchObject({ folder: path.join(server.rootFolder, 'in') });
    expect(jsonOf(added)).toMatchObject({ value: { folder: 'Photos/in' } });
    expect(jsonOf(await server.call(session, 'listJobs', { offset: 0, limit: 10 }))).toMatchObject({
      value: { jobs: [{ sourcePath: 'Photos/in/a.png' }, { sourcePath: 'b.png' }] },
    });
    const failed = (await server.call(session, 'getJob', { jobId: 1 })).body.toString();
    expect(failed).toContain('c.png may not be read.');
    expect(failed).not.toMatch(/home|Album/);
  });
});

describe('uploads', () => {
  test('a file is written as it arrives, under a name without a path', async () => {
    const server = await startTestServer();
    const session = await server.enter();
    const reply = jsonOf(await upload(server, session, '../../ä "b".png', 'some bytes')) as {
      value: { uploadId: string; name: string; sizeBytes: number };
    };
    expect(reply.value).toMatchObject({ name: '__.._ä _b_.png', sizeBytes: 10 });
    const [file = ''] = await server.places.resolver.resolve({
      kind: 'upload',
      uploadId: reply.value.uploadId,
    });
    expect(readFileSync(file, 'utf8')).toBe('some bytes');
    await server.places.close();
    expect(existsSync(file)).toBe(false);
  });

  test('an upload that breaks off leaves nothing behind, and an unknown one is reported as such', async () => {
    const server = await startTestServer();
    const session = await server.enter();
    const socket = connect(server.running.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const headers = [...pageHeaders(server.running.port, session), ['Content-Length', '1000'] as const];
    socket.write(requestBytes({ method: 'PUT', target: '/api/uploads?name=a.png', headers, body: 'half' }));
    const sent = (): readonly string[] => server.places.uploads.kept();
    await expect.poll(() => sent().length).toBe(1);
    socket.destroy();
    await expect.poll(() => sent().length).toBe(0);
    await expect(server.places.resolver.resolve({ kind: 'upload', uploadId: 'x' })).rejects.toMatchObject({
      code: 'upload/not-found',
    });
  });
});

describe('places', () => {
  test('a batch of uploads and opened folders reaches the host, and its places become paths', async () => {
    const server = await startTestServer({ answers: { addBatch: () => ({ batchId: 1, inputs: 1 }) } });
    const session = await server.enter();
    const [root] = server.places.roots.all;
    const sources = [{ kind: 'root', rootId: root?.id, relative: 'inside.png' }];
    const reply = await server.call(session, 'addBatch', { spec: { ...BATCH, sources }, startNow: true });
    expect(jsonOf(reply)).toEqual({ ok: true, value: { batchId: 1, inputs: 1 } });
    const place = { kind: 'root', rootId: root?.id ?? '', relative: 'inside.png' } as const;
    expect(await server.places.resolver.resolve(place)).toEqual([
      path.join(root?.folder ?? '', 'inside.png'),
    ]);
    const first = await server.places.resolver.resolveDestination({ kind: 'downloads' });
    const second = await server.places.resolver.resolveDestination({ kind: 'downloads' });
    expect(first).not.toBe(second);
  });

  test('a link inside an opened folder that leads out of it is refused', async () => {
    const server = await startTestServer();
    const outside = path.join(temporaryFolder(), 'outside.png');
    writeFileSync(outside, 'x');
    symlinkSync(outside, path.join(server.rootFolder, 'link.png'));
    symlinkSync(path.dirname(outside), path.join(server.rootFolder, 'linked'));
    const rootId = server.places.roots.all[0]?.id ?? '';
    for (const relative of [
      'link.png',
      'linked/outside.png',
      'linked/new',
      '../outside.png',
      '/etc',
      'a//b',
      'a\\b',
    ]) {
      await expect(server.places.roots.resolve(rootId, relative), relative).rejects.toMatchObject({
        code: 'request/forbidden',
      });
    }
  });
});

describe('media', () => {
  test('images are shown, everything else is only saved; ranges resume a download', async () => {
    const file = path.join(temporaryFolder(), 'report.html');
    writeFileSync(file, '0123456789');
    const media = new Map([
      ['a'.repeat(32), { contentType: 'image/png', bytes: new Uint8Array([1, 2, 3]) }],
      [`${'a'.repeat(32)}/1/2/3`, { contentType: 'image/png', bytes: new Uint8Array([4]) }],
      ['b'.repeat(32), { contentType: 'text/html', file, fileName: 'Bericht ü.html' }],
    ]);
    const server = await startTestServer({ media });
    const session = await server.enter();
    const shown = await get(server, `/media/${'a'.repeat(32)}`, session);
    expect([...shown.body]).toEqual([1, 2, 3]);
    expect(shown.headers.has('content-disposition')).toBe(false);
    expect([...(await get(server, `/media/${'a'.repeat(32)}/1/2/3`, session)).body]).toEqual([4]);
    expect((await get(server, `/media/${'a'.repeat(32)}/1/2/9`, session)).status).toBe(404);
    expect((await get(server, `/media/${'a'.repeat(32)}`)).status).toBe(401);
    const saved = await get(server, `/media/${'b'.repeat(32)}`, session, [['Range', 'bytes=4-6']]);
    expect(saved.status).toBe(206);
    expect(saved.body.toString()).toBe('456');
    expect(saved.headers.get('content-range')).toBe('bytes 4-6/10');
    expect(saved.headers.get('content-disposition')).toBe(
      `attachment; filename="Bericht _.html"; filename*=UTF-8''Bericht%20%C3%BC.html`,
    );
  });
});

describe('events', () => {
  test('events reach a window without paths, and a window that left is forgotten', async () => {
    const server = await startTestServer();
    const session = await server.enter();
    const socket = connect(server.running.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    let text = '';
    socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    const headers = pageHeaders(server.running.port, session);
    socket.write(requestBytes({ method: 'GET', target: '/api/events', headers }));
    await expect.poll(() => server.host.listeners).toBe(1);
    server.host.tell({ type: 'jobs-reordered' });
    server.host.tell({
      type: 'queue-changed',
      queue: {
        state: { kind: 'disk-full', folder: '/home/somebody/Results' },
        counts: { queued: 0, running: 0, done: 0, skipped: 0, failed: 0, cancelled: 0 },
        megapixelsPerSecond: 0,
      },
    });
    await expect.poll(() => text).toContain('"folder":"Results"');
    expect(text).toContain('data: {"type":"jobs-reordered"}\n\n');
    socket.destroy();
    await expect.poll(() => server.host.listeners).toBe(0);
  });
});
