import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { batchReportSchema } from '../../core/api/report.ts';
import { hasRedis } from '../support/redisServer.ts';
import { finishedEvent, runCli } from '../support/runCli.ts';
import { openMachineRig } from '../support/machineRig.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

async function untilResults(folder: string, count: number): Promise<void> {
  while (readdirSync(folder).filter((name) => !name.startsWith('.')).length < count) await delay(20);
}

describe.skipIf(!hasRedis)('several machines', () => {
  test('share one list; a report names the machine of each image, and a machine leaves on request', async () => {
    const rig = await openMachineRig(24);
    const machine = await rig.work('studio-2');
    const report = path.join(temporaryFolder(), 'report.json');
    const result = await rig.run('--json', '--report', report).finished;
    expect(result.code).toBe(0);
    expect(finishedEvent(result).totals).toMatchObject({ done: 24, failed: 0 });
    await rig.assertWhole();
    const images = batchReportSchema.parse(JSON.parse(readFileSync(report, 'utf8'))).pictures;
    const names = new Set(images.map((each) => each.machine?.name));
    expect(names).toEqual(new Set([undefined, 'studio-2']));
    machine.child.kill('SIGTERM');
    expect(await machine.finished).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Left.') as string,
    });
    expect((await runCli(['machines', '--queue', rig.redis.url])).code).toBe(4);
  }, 120_000);

  test('finish the list when one is killed and Redis dies, with every result once', async () => {
    const rig = await openMachineRig(30);
    const machines = [await rig.work('a'), await rig.work('b')];
    const run = rig.run('--json');
    await untilResults(rig.output, 6);
    machines[0]?.child.kill('SIGKILL');
    await untilResults(rig.output, 12);
    await rig.redis.kill();
    const result = await run.finished;
    expect(result.code).toBe(0);
    expect(finishedEvent(result).totals).toMatchObject({ done: 30, failed: 0 });
    await rig.assertWhole();
    machines[1]?.child.kill('SIGTERM');
    expect((await machines[1]?.finished)?.code).toBe(0);
  }, 240_000);
});

test.each([
  { name: 'a password in the address', args: ['--queue', 'redis://:secret@localhost', '--root', 'a=.'] },
  { name: 'a root without a queue', args: ['--root', 'a=.'] },
  { name: 'a queue without a root', args: ['--queue', 'redis://localhost'] },
  { name: 'a root that does not exist', args: ['--queue', 'redis://localhost', '--root', 'a=/nowhere'] },
])('$name ends before any work, without revealing a secret', async ({ args }) => {
  const output = path.join(temporaryFolder(), 'out');
  const result = await runCli(['run', '-i', 'examples', '-o', output, ...args]);
  expect(result.code).toBe(2);
  expect(result.stderr).toContain('[usage/invalid-option]');
  expect(result.stderr).not.toContain('secret');
  expect(existsSync(output)).toBe(false);
});
