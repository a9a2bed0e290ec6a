import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { attackAll, expectAlive, expectHarmlessAccepted, startVictim } from '../../support/attackServer.ts';
import { jsonBody, pageHeaders } from '../../support/browserServer.ts';
import { requestBytes } from '../../support/rawHttp.ts';
import type { AttackContext } from '../../support/serverAttacks/attackRequests.ts';

/** Opens a connection that the test ends. */
function open(context: AttackContext): Socket {
  const socket = connect(context.server.running.port, '127.0.0.1');
  socket.on('error', () => undefined); // to be cut off is what is expected
  onTestFinished(() => void socket.destroy());
  return socket;
}

function endOf(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
    socket.resume();
  });
}

/** Sends one byte of a never-ending text at a time, until the server has enough. */
async function drip(socket: Socket, text: string, everyMs: number): Promise<void> {
  const timer = setInterval(() => socket.write(text), everyMs);
  await endOf(socket);
  clearInterval(timer);
}

describe('attacks on the local server', () => {
  test('the attack table: none accepted', async () => {
    const context = await startVictim();
    await expectHarmlessAccepted(context);
    const outcomes = await attackAll(context);
    const accepted = outcomes.filter(({ isAccepted }) => isAccepted);
    for (const group of new Set(outcomes.map(({ attack }) => attack.group))) {
      const tried = outcomes.filter(({ attack }) => attack.group === group);
      const taken = tried.filter(({ isAccepted }) => isAccepted);
      process.stdout.write(`${group.padEnd(8)} ${tried.length} tried, ${taken.length} accepted\n`);
    }
    process.stdout.write(`attacks: ${outcomes.length} tried, ${accepted.length} accepted\n`);
    expect(accepted.map(({ attack }) => `${attack.group}: ${attack.name}`)).toEqual([]);
    expect(outcomes.length).toBeGreaterThanOrEqual(60);
    await expectAlive(context.server);
  });

  test('a thousand requests with random bytes in them leave the server alive', async () => {
    const context = await startVictim();
    const calls = context.server.host.calls.length;
    let state = 7;
    const random = (below: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % below;
    };
    const { body, headers } = jsonBody({});
    const page = pageHeaders(context.server.running.port, context.session);
    const whole = requestBytes({
      method: 'POST',
      target: '/api/getQueue',
      headers: [...page, ...headers],
      body,
    });
    for (let round = 0; round < 1_000; round++) {
      const bytes = Buffer.from(whole);
      for (let flips = 0; flips < 1 + random(4); flips++) bytes[random(bytes.length)] = random(256);
      const socket = open(context);
      socket.end(bytes);
      await endOf(socket);
    }
    // Some bytes do not matter: the request may have remained one of our page's.
    expect(context.server.host.calls.slice(calls).every(({ method }) => method === 'getQueue')).toBe(true);
    await expectAlive(context.server);
  });

  test('slow and silent senders are cut off, and block no one else', async () => {
    const context = await startVictim();
    const page = pageHeaders(context.server.running.port, context.session);
    const silent = open(context);
    const slowHead = open(context);
    slowHead.write('POST /api/getQueue HTTP/1.1\r\n');
    const slowBody = open(context);
    const json: [string, string][] = [
      ['Content-Type', 'application/json'],
      ['Content-Length', '1000'],
    ];
    slowBody.write(requestBytes({ method: 'POST', target: '/api/getQueue', headers: [...page, ...json] }));
    const slowUpload = open(context);
    const length: [string, string] = ['Content-Length', '1000'];
    const upload = {
      method: 'PUT',
      target: '/api/uploads?name=a.png',
      headers: [...page, length],
      body: 'x',
    };
    slowUpload.write(requestBytes(upload));
    await expectAlive(context.server);
    await Promise.all([endOf(silent), drip(slowHead, 'X', 500), drip(slowBody, ' ', 500), endOf(slowUpload)]);
    expect(context.server.places.uploads.kept()).toEqual([]);
    expect(context.server.host.calls.map(({ method }) => method)).toEqual(['startQueue']);
    await expectAlive(context.server);
  });

  test('of two hundred connections at most sixty-four are held, and the server answers when they are gone', async () => {
    const context = await startVictim();
    const sockets = Array.from({ length: 200 }, () => open(context));
    const cut = Promise.all(sockets.map(endOf));
    await expect
      .poll(() => sockets.filter(({ destroyed }) => destroyed).length, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(136);
    await cut; // connections that were held send nothing, and are cut off like any slow header
    await expectAlive(context.server);
  });
});
