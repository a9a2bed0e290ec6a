import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openMachineRig } from '../../support/machineRig.ts';
import { hasRedis } from '../../support/redisServer.ts';
import { simulateWork } from '../../support/simulateWork.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const IMAGE_MS = 4_000;
const IMAGES = 24;

async function untilFiles(folder: string, count: number): Promise<void> {
  while (readdirSync(folder).filter((name) => !name.startsWith('.')).length < count) await delay(100);
}

describe.skipIf(!hasRedis)('while Redis is gone', () => {
  test('a machine that is asked to leave in the middle of its work ends, and the list is done without it', async () => {
    simulateWork(IMAGE_MS);
    const rig = await openMachineRig(IMAGES);
    const [busy, idle] = [await rig.work('busy'), await rig.work('idle', '--capacity', '1')];
    const run = rig.run('--data', temporaryFolder());
    await untilFiles(rig.output, 4);
    await rig.redis.kill();
    await delay(500);
    for (const { child } of [busy, idle]) child.kill('SIGTERM');
    expect((await busy.finished).code).toBe(0);
    expect((await idle.finished).code).toBe(0);
    expect((await run.finished).code).toBe(0);
    await rig.assertWhole();
  });

  test('a coordinator that is cancelled ends, leaves no file, and its list is continued later', async () => {
    simulateWork(IMAGE_MS);
    const rig = await openMachineRig(IMAGES);
    const machine = await rig.work('studio-2');
    const data = temporaryFolder();
    const run = rig.run('--data', data);
    await untilFiles(rig.output, 4);
    await rig.redis.kill();
    await delay(500);
    run.child.kill('SIGTERM');
    const { signal } = await run.finished;
    expect(signal).toBeNull();
    await rig.redis.start();
    expect((await rig.resume('--data', data).finished).code).toBe(0);
    machine.child.kill('SIGTERM');
    expect((await machine.finished).code).toBe(0);
    await rig.assertWhole();
  });
});
