import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { closeUnreadAnswers } from '../../../core/server/unreadAnswers.ts';
import { Uploads } from '../../../core/server/uploads.ts';
import { pageHeaders, startTestServer } from '../../support/browserServer.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const MEGABYTE = 1024 * 1024;

/** Sends 60 bodies at once, as fast as they are accepted, and prints the statuses; 0 if the connection was cut. */
const SENDER = `
  const { request } = require('node:http');
  const [port, headers] = [Number(process.argv[1]), JSON.parse(process.argv[2])];
  const chunk = Buffer.alloc(64 * 1024, 'a');
  const send = (path) => new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, method: 'POST', path, headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    outgoing.on('error', () => resolve(0));
    const write = () => { while (!outgoing.destroyed) if (!outgoing.write(chunk)) return outgoing.once('drain', write); };
    write();
    setTimeout(() => outgoing.destroy(), 5000);
  });
  const targets = ['/api/session', '/api/startQueue', '/api/addBatch'];
  Promise.all(Array.from({ length: 60 }, (_, index) => send(targets[index % 3]))).then((statuses) => {
    console.log(JSON.stringify(statuses));
    process.exit(0);
  });
`;

test('60 strangers who send 16 MB each are refused before their bodies are read', async () => {
  const server = await startTestServer();
  const { port } = server.running;
  const headers = Object.fromEntries<string>([
    ...pageHeaders(port),
    ['Content-Type', 'application/json'],
    ['Content-Length', String(16 * MEGABYTE)],
  ]);
  const held = (): number => {
    const { external, arrayBuffers, heapUsed } = process.memoryUsage();
    return Math.max(external, arrayBuffers) + heapUsed;
  };
  const before = held();
  let most = before;
  const watching = setInterval(() => (most = Math.max(most, held())), 5);
  const sender = spawn(process.execPath, ['-e', SENDER, String(port), JSON.stringify(headers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  sender.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => sender.once('close', resolve));
  clearInterval(watching);
  const statuses = JSON.parse(text) as number[]; // the sender's own output
  expect(statuses).toHaveLength(60);
  expect(statuses.filter((status) => status !== 0 && status < 400)).toEqual([]);
  expect((most - before) / MEGABYTE).toBeLessThan(20);
});

test('a client that does not read its answer is disconnected, but not one that reads slowly', async () => {
  let nowMs = 0;
  const sizeBytes = 64 * MEGABYTE;
  const chunk = Buffer.alloc(64 * 1024);
  const server = createServer((_, response) => {
    const chunks = Array.from({ length: sizeBytes / chunk.length }, () => chunk);
    Readable.from(chunks).pipe(response);
  });
  const look = closeUnreadAnswers(server, 60_000, () => nowMs);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const open = (): ReturnType<typeof connect> => {
    const socket = connect(port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n'));
    socket.on('error', () => undefined);
    return socket;
  };
  const [deaf, slow] = [open(), open()];
  onTestFinished(() => {
    deaf.destroy();
    slow.destroy();
    server.closeAllConnections();
    server.close();
  });
  const connections = (): Promise<number> =>
    new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
  let received = 0;
  deaf.pause();
  slow.on('data', (data) => {
    received += data.length;
    slow.pause();
  });
  await expect.poll(() => received).toBeGreaterThan(0);
  look();
  for (let turn = 0; turn < 3; turn++) {
    const until = Math.min(received + 8 * MEGABYTE, sizeBytes);
    while (received < until && !slow.destroyed) {
      slow.resume();
      await new Promise(setImmediate);
    }
    nowMs += 40_000;
    look();
  }
  await expect.poll(connections).toBe(1);
  expect(slow.destroyed).toBe(false);
});

test('simultaneous uploads together leave the guaranteed free space', async () => {
  const uploads = new Uploads(temporaryFolder(), () => Promise.resolve(1024 * MEGABYTE));
  const size = 200 * MEGABYTE;
  const bodies = Array.from({ length: 4 }, () => new Readable({ read: () => undefined }));
  const sending = bodies.map((body) => uploads.receive(body, 'a.png', size).catch((error: unknown) => error));
  await expect.poll(() => uploads.kept().length).toBe(2);
  for (const body of bodies) body.push(null);
  const ends = await Promise.all(sending);
  expect(ends.filter((end) => (end as { code?: string }).code === 'output/no-space')).toHaveLength(2);
});
