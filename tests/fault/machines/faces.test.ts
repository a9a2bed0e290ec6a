import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openMachineRig } from '../../support/machineRig.ts';
import { hasRedis } from '../../support/redisServer.ts';
import { runCli } from '../../support/runCli.ts';
import { examples } from '../../support/standIn.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

describe.skipIf(!hasRedis)('with --queue', () => {
  test('doctor names the server, the machines and the roots that they lack', async () => {
    const rig = await openMachineRig(0);
    await rig.work('studio-2');
    const [folder, extra] = [rig.folder, temporaryFolder()];
    const roots = ['--root', `test=${folder}`, '--root', `scans=${extra}`];
    const { code, stdout } = await runCli(['doctor', '--queue', rig.redis.url, ...roots]);
    expect(code).toBe(0);
    expect(stdout).toContain('noeviction');
    expect(stdout).toContain('1 machine');
    expect(stdout).toContain('studio-2 lacks scans');
  });

  test('watch has images of the folder made by another machine', async () => {
    const rig = await openMachineRig(0);
    const [inbox, output] = [path.join(rig.folder, 'inbox'), path.join(rig.folder, 'made')];
    mkdirSync(inbox);
    for (let index = 0; index < 9; index++) {
      copyFileSync(path.join(examples, 'cat.jpg'), path.join(inbox, `cat-${index}.jpg`));
    }
    const machine = await rig.work('studio-2');
    const data = temporaryFolder();
    const shared = ['--queue', rig.redis.url, '--root', `test=${rig.folder}`];
    const watch = ['watch', inbox, '-o', output, '-s', '2', '-n', 'nearest', '--once', '--data', data];
    expect((await runCli([...watch, ...shared])).code).toBe(0);
    for (let index = 0; index < 9; index++) {
      expect(existsSync(path.join(output, `cat-${index}_2x.jpg`))).toBe(true);
    }
    const { stdout } = await runCli(['jobs', 'list', '--json', '--data', data]);
    expect(stdout).toContain('"machine": "studio-2"');
    machine.child.kill('SIGTERM');
    expect((await machine.finished).stderr).toMatch(/Images finished: [1-9]/);
  });
});
