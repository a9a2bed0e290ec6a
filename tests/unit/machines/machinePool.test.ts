import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { describe, expect, onTestFinished, test } from 'vitest';
import { KEY_PREFIX, workQueue } from '../../../core/machines/queueKeys.ts';
import type { Presence } from '../../../core/machines/messages.ts';
import { WORK } from '../../support/machineMessages.ts';
import { joinMachine, makeJobs, openCoordinator, runAll } from '../../support/memoryMachines.ts';
import { hasRedis, startRedis, type RedisServer } from '../../support/redisServer.ts';
import { SleepingPool } from '../../support/sleepingPool.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function redisForTest(): Promise<RedisServer> {
  const server = await startRedis();
  onTestFinished(() => server.close());
  return server;
}

/** Puts messages into the queue of a machine, as anyone who reaches the server can. */
async function send(server: RedisServer, machine: string, messages: readonly unknown[]): Promise<void> {
  const connection = { host: '127.0.0.1', port: server.port };
  const queue = new Queue(workQueue(machine), { connection, prefix: KEY_PREFIX });
  for (const message of messages) await queue.add('enlarge', message, { removeOnComplete: true });
  await queue.close();
}

async function until(isDone: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !isDone(); tries++) await delay(25);
}

describe.skipIf(!hasRedis)('a pool of several machines', () => {
  test('shares jobs between this machine and others, and each result is at the temporary path of its job', async () => {
    const [server, folder] = [await redisForTest(), temporaryFolder()];
    const [here, there] = [new SleepingPool(1, 30), new SleepingPool(2, 30)];
    const machine = await joinMachine(server.url, folder, { pool: there });
    const { pool } = await openCoordinator(server.url, folder, { local: here });
    const jobs = makeJobs(folder, 20);
    const results = await runAll(pool, jobs);
    expect(results.filter((each) => each.kind === 'enhanced' && each.machine?.name === 'memory').length).toBe(
      there.begun.length,
    );
    expect(here.begun.length + there.begun.length).toBe(20);
    expect(there.begun.length).toBeGreaterThan(0);
    expect(jobs.every(({ tempPath }) => existsSync(tempPath))).toBe(true);
    expect(readdirSync(path.join(folder, 'out'))).toHaveLength(20);
    await pool.close();
    await machine.close();
  });

  test('does a job here that a machine refuses because it lacks the network', async () => {
    const [server, folder] = [await redisForTest(), temporaryFolder()];
    const notes: string[] = [];
    const [here, there] = [new SleepingPool(1, 10), new SleepingPool(1, 10)];
    const machine = await joinMachine(server.url, folder, { pool: there, modelHash: 'd'.repeat(64) });
    const { pool } = await openCoordinator(server.url, folder, { local: here, notes });
    await runAll(pool, makeJobs(folder, 4));
    expect([here.begun.length, there.begun.length]).toEqual([4, 0]);
    expect(notes.join()).toContain('The network auto is missing here');
    await pool.close();
    await machine.close();
  });

  test('gives work only to machines with the same engine, if results have to be the same', async () => {
    const [server, folder] = [await redisForTest(), temporaryFolder()];
    const notes: string[] = [];
    const [here, same, other] = [new SleepingPool(0, 0), new SleepingPool(1, 10), new SleepingPool(4, 10)];
    const machines = [
      await joinMachine(server.url, folder, { pool: same, name: 'same', engine: 'onnx cpu' }),
      await joinMachine(server.url, folder, { pool: other, name: 'other', engine: 'onnx cuda' }),
    ];
    const isEqual = ({ engine }: Presence): boolean => engine === 'onnx cpu';
    const { pool } = await openCoordinator(server.url, folder, { local: here, isEqual, notes });
    await runAll(pool, makeJobs(folder, 6));
    expect([same.begun.length, other.begun.length]).toEqual([6, 0]);
    expect(notes).toEqual(['other has another engine or program and gets no work.']);
    await pool.close();
    for (const machine of machines) await machine.close();
  });

  test('lists the connected machines by name, with their current work', async () => {
    const [server, folder] = [await redisForTest(), temporaryFolder()];
    const machines = [
      await joinMachine(server.url, folder, { pool: new SleepingPool(2, 0), name: 'studio-2' }),
      await joinMachine(server.url, folder, { pool: new SleepingPool(1, 0), name: 'attic' }),
    ];
    const { pool } = await openCoordinator(server.url, folder, { local: new SleepingPool(1, 0) });
    const listed = await pool.listMachines();
    expect(listed.map(({ name, state, capacity, running }) => [name, state, capacity, running])).toEqual([
      ['attic', 'working', 1, 0],
      ['studio-2', 'working', 2, 0],
    ]);
    await pool.close();
    for (const machine of machines) await machine.close();
  });

  test('uses the result of a machine for a coordinator that is gone, instead of enlarging again', async () => {
    const [server, folder] = [await redisForTest(), temporaryFolder()];
    const there = new SleepingPool(1, 300);
    const machine = await joinMachine(server.url, folder, { pool: there });
    const first = await openCoordinator(server.url, folder, { local: new SleepingPool(0, 0) });
    const lost = runAll(first.pool, makeJobs(folder, 1)).catch(() => undefined);
    await until(() => there.begun.length === 1);
    first.cutOff();
    const here = new SleepingPool(0, 0);
    const second = await openCoordinator(server.url, folder, { local: here });
    const [job] = makeJobs(folder, 1, 'ffff0000');
    if (job === undefined) throw new Error('there is no job');
    const found = { ...job };
    const [result] = await runAll(second.pool, [found]);
    expect(result).toMatchObject({ kind: 'enhanced', machine: { name: 'memory' } });
    expect(there.begun).toHaveLength(1);
    expect(readdirSync(path.join(folder, 'out'))).toEqual([path.basename(found.tempPath)]);
    await second.pool.close();
    await first.pool.close();
    await lost;
    await machine.close();
  });

  test('a machine refuses and reports messages that no coordinator has sent, and writes nothing', async () => {
    const [server, folder] = [await redisForTest(), temporaryFolder()];
    writeFileSync(path.join(folder, 'in.png'), 'an image');
    const notes: string[] = [];
    const pool = new SleepingPool(1, 0);
    const machine = await joinMachine(server.url, folder, { pool, notes });
    const source = { root: 'test', path: 'in.png' };
    await send(server, machine.id, [
      { to: 'someone@example.org' },
      { ...WORK, source: { root: 'test', path: '../../etc/passwd' } },
      { ...WORK, huge: 'x'.repeat(1_000_000) },
      // Valid in every respect, except that it was never registered.
      { ...WORK, source, folder: { root: 'test', path: '' }, sourceBytes: 8 },
    ]);
    await until(() => notes.length === 4);
    expect(notes).toHaveLength(4);
    expect(notes.every((each) => each.includes('refused'))).toBe(true);
    expect(pool.begun).toEqual([]);
    expect(readdirSync(folder)).toEqual(['in.png']);
    await machine.close();
  });
});
