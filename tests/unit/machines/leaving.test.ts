import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { joinMachine, makeJobs, openCoordinator, runAll } from '../../support/memoryMachines.ts';
import { hasRedis, startRedis } from '../../support/redisServer.ts';
import { SleepingPool } from '../../support/sleepingPool.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

async function until(isDone: () => boolean): Promise<void> {
  for (let tries = 0; tries < 400 && !isDone(); tries++) await delay(25);
}

describe.skipIf(!hasRedis)('a machine that leaves while the server is gone', () => {
  test('ends although it cannot report what it has made, and leaves no file', async () => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const folder = temporaryFolder();
    const there = new SleepingPool(1, 300);
    const machine = await joinMachine(server.url, folder, { pool: there, leaseMs: 1_000 });
    const here = new SleepingPool(0, 0);
    const { pool } = await openCoordinator(server.url, folder, { local: here });
    const results = runAll(pool, makeJobs(folder, 1)).catch((error: unknown) => error);
    await until(() => there.begun.length === 1);
    await server.kill();
    await machine.drain();
    expect(machine.busy).toBe(0);
    await pool.close();
    expect(await results).toMatchObject({ code: 'job/cancelled' });
    expect(readdirSync(path.join(folder, 'out'))).toEqual([]);
  });
});
