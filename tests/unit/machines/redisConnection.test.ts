import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EnlargerError } from '../../../core/api/errors.ts';
import { connectQueue, queueAddress } from '../../../core/machines/redisConnection.ts';
import { joinMachine, makeJobs, openCoordinator, runAll } from '../../support/memoryMachines.ts';
import { hasRedis, makeCertificate, startRedis, startTlsRedis } from '../../support/redisServer.ts';
import { SleepingPool } from '../../support/sleepingPool.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const SECRET = 'correct-horse';

describe('the address of the queue', () => {
  test('has a default port, a database, a user and TLS', async () => {
    expect(await queueAddress('redis://studio', {})).toEqual({ host: 'studio', port: 6379, db: 0 });
    expect(await queueAddress('rediss://ann@[::1]:7000/3', {})).toEqual({
      ...{ host: '::1', port: 7000, db: 3, username: 'ann', tls: {} },
    });
  });

  test('gets its password from the environment, or from a file without its last line break', async () => {
    const file = path.join(temporaryFolder(), 'password');
    writeFileSync(file, `${SECRET}\n`);
    const fromFile = await queueAddress('redis://studio', { ENLARGER_QUEUE_PASSWORD_FILE: file });
    const fromVariable = await queueAddress('redis://studio', { ENLARGER_QUEUE_PASSWORD: SECRET });
    expect(fromFile.password).toBe(SECRET);
    expect(fromVariable.password).toBe(SECRET);
  });

  test.each([
    `redis://:${SECRET}@studio`,
    `rediss://ann:${SECRET}@studio:7000`,
    `http://studio/${SECRET}`,
    `redis://studio/${SECRET}`,
    `redis://studio?password=${SECRET}`,
    `redis://studio#${SECRET}`,
    `redis:${SECRET}`,
    SECRET,
    '',
  ])('is refused without repeating what could be secret: %s', async (url) => {
    const error: unknown = await queueAddress(url, {}).catch((each: unknown) => each);
    expect(error).toMatchObject({ code: 'usage/invalid-option' });
    expect(JSON.stringify([String(error), (error as EnlargerError).details])).not.toContain(SECRET);
  });

  test('names a password file that cannot be read', async () => {
    const wrong = { ENLARGER_QUEUE_PASSWORD_FILE: '/nowhere/password' };
    await expect(queueAddress('redis://studio', wrong)).rejects.toThrow('/nowhere/password');
  });
});

test('a queue without a server is unreachable, without delay', async () => {
  await expect(connectQueue('redis://127.0.0.1:1', {})).rejects.toMatchObject({ code: 'queue/unreachable' });
});

describe.skipIf(!hasRedis)('a real server', () => {
  test('is accepted only if it never evicts jobs', async () => {
    const server = await startRedis('--maxmemory-policy', 'allkeys-lru');
    onTestFinished(() => server.close());
    await expect(connectQueue(server.url, {})).rejects.toMatchObject({
      code: 'queue/refused',
      message: expect.stringContaining('noeviction') as string,
    });
  });

  test('with a password can be joined with it, but not without it or with a wrong one', async () => {
    const server = await startRedis('--requirepass', SECRET);
    onTestFinished(() => server.close());
    const queue = await connectQueue(server.url, { ENLARGER_QUEUE_PASSWORD: SECRET });
    expect(queue.server.version).toMatch(/^\d/);
    queue.redis.disconnect();
    for (const environment of [{}, { ENLARGER_QUEUE_PASSWORD: 'wrong' }]) {
      const error: unknown = await connectQueue(server.url, environment).catch((each: unknown) => each);
      expect(error).toMatchObject({ code: 'queue/refused' });
      expect(String(error)).not.toContain(SECRET);
    }
  });

  test('with TLS and a password is used by machines that know its certificate, and refused by others', async (context) => {
    const folder = temporaryFolder();
    const made = makeCertificate(folder);
    if (made === undefined) return context.skip('OpenSSL is not installed.');
    const server = await startTlsRedis(made, '--requirepass', SECRET);
    onTestFinished(() => server.close());
    const passwordFile = path.join(folder, 'password');
    writeFileSync(passwordFile, `${SECRET}\n`);
    const environment = {
      ENLARGER_QUEUE_CA_FILE: made.certificate,
      ENLARGER_QUEUE_PASSWORD_FILE: passwordFile,
    };
    const there = new SleepingPool(1, 0);
    const machine = await joinMachine(server.url, folder, { pool: there, environment });
    const local = new SleepingPool(0, 0);
    const { pool } = await openCoordinator(server.url, folder, { local, environment });
    await runAll(pool, makeJobs(folder, 3));
    expect(there.begun).toHaveLength(3);
    await pool.close();
    await machine.close();
    await expect(connectQueue(server.url, { ENLARGER_QUEUE_PASSWORD: SECRET })).rejects.toMatchObject({
      code: 'queue/refused',
      message: expect.stringContaining('ENLARGER_QUEUE_CA_FILE') as string,
    });
  });
});
