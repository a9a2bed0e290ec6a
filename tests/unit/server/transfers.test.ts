import { mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openBrowserPlaces } from '../../../core/server/browserPlaces.ts';
import { jsonOf, pageHeaders, startTestServer } from '../../support/browserServer.ts';
import { requestBytes } from '../../support/rawHttp.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { BATCH, upload, get } from './pageRequests.ts';

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
  });

  test('uploads survive a restart, but incomplete ones and those older than a week do not', async () => {
    const data = temporaryFolder();
    const send = (text: string) =>
      openBrowserPlaces(data, []).uploads.receive(Readable.from([Buffer.from(text)]), 'a.png', text.length);
    const [sent, old] = [await send('new'), await send('old')];
    const folder = path.join(data, 'uploads');
    mkdirSync(path.join(folder, `${'0'.repeat(32)}.part`));
    const weekAgo = Date.now() / 1000 - 8 * 86_400;
    utimesSync(path.join(folder, old.uploadId), weekAgo, weekAgo);
    await openBrowserPlaces(data, []).tidy();
    // At a first start, the clock is not trusted.
    expect(readdirSync(folder).sort()).toEqual([sent.uploadId, old.uploadId].sort());
    const next = openBrowserPlaces(data, []);
    await next.tidy();
    expect(readdirSync(folder)).toEqual([sent.uploadId]);
    const [file = ''] = await next.resolver.resolve({ kind: 'upload', uploadId: sent.uploadId });
    expect(readFileSync(file, 'utf8')).toBe('new');
    for (const uploadId of [old.uploadId, '..', `${sent.uploadId}/../${sent.uploadId}`]) {
      await expect(next.resolver.resolve({ kind: 'upload', uploadId })).rejects.toMatchObject({
        code: 'upload/not-found',
      });
    }
  });

  test('an interrupted upload leaves nothing behind, and an unknown one is reported', async () => {
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
  test('images are displayed, everything else is only saved; ranges resume a download', async () => {
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
  test('events reach a window without paths, and a closed window is forgotten', async () => {
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
        state: { kind: 'disk-full', folder: '/home/person/Results' },
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
