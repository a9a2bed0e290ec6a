import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SECURITY_HEADERS } from '../../../core/server/securityHeaders.ts';
import { jsonOf, startTestServer } from '../../support/browserServer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { PROGRAM, get } from './pageRequests.ts';

describe('signing in', () => {
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

  test('every answer has the headers that restrict the browser, and none for other origins', async () => {
    const server = await startTestServer();
    for (const target of ['/', '/nowhere', '/api/session', '/..%2f']) {
      const { headers } = await get(server, target);
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        expect(headers.get(name.toLowerCase()), `${name} of ${target}`).toBe(value);
      }
      expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  test('the token of the link returns a strict cookie and a word, and a reload returns the same word', async () => {
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

  test('only the last sixteen browsers stay signed in', async () => {
    const server = await startTestServer();
    const first = await server.enter();
    for (let more = 0; more < 16; more++) await server.enter();
    expect((await get(server, '/api/session', first)).status).toBe(401);
  });

  test('a signed-in browser is recognised after a restart, and an unknown one is not', async () => {
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

  test('a port in use is an error, unless any other is acceptable', async () => {
    const server = await startTestServer();
    const { port } = server.running;
    await expect(startTestServer({ port })).rejects.toMatchObject({ code: 'usage/invalid-option' });
    expect((await startTestServer({ port, mayMove: true })).running.port).not.toBe(port);
  });
});

describe('methods', () => {
  test('replies follow the contract, and the program’s facts are those of a browser', async () => {
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

  test('refusals of the host are sent as replies, and calls outside the contract do not reach it', async () => {
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

  test('a bug of ours is logged in full, and shown to the page without internals', async () => {
    const answers = {
      getQueue: () => {
        throw new TypeError('cannot read /home/person/secret.txt');
      },
    };
    const server = await startTestServer({ answers });
    const response = await server.call(await server.enter(), 'getQueue', {});
    expect(response.status).toBe(500);
    expect(response.body.toString()).not.toContain('secret');
    expect(server.bugs.map(String).join()).toContain('secret.txt');
  });

  test('names of opened folders become paths, and paths become those names again', async () => {
    const server = await startTestServer({
      answers: {
        addWatchedFolder: (input) => ({ id: 1, ...(input as object), passedOver: [] }),
        listJobs: () => ({
          jobs: [
            { id: 1, name: 'a.png', sourcePath: path.join(server.rootFolder, 'in', 'a.png') },
            { id: 2, name: 'b.png', sourcePath: '/home/person/Private/b.png' },
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
