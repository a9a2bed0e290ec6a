import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { DEFAULT_PROGRAM_SETTINGS } from '../../../core/api/programSettings.ts';
import { startDesktop, suiteName, whyNoDesktop, type DesktopProgram } from '../../support/desktopProgram.ts';
import { ask } from '../../support/desktopSetting.ts';
import { answerDialogs } from '../../support/desktopWindow.ts';
import { openMachineRig } from '../../support/machineRig.ts';
import { openBatch } from '../../support/openBatch.ts';
import { hasRedis } from '../../support/redisServer.ts';
import { openScreen } from '../../support/screen.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const reason = hasRedis ? whyNoDesktop() : 'redis-server is not installed';

describe.skipIf(reason !== undefined)(suiteName('the desktop program with other machines', reason), () => {
  test('shares its list by its settings, from its next start on', async () => {
    const rig = await openMachineRig(6);
    const dataFolder = temporaryFolder();
    const screen = await openScreen();
    onTestFinished(() => {
      screen.close();
    });
    const start = async (): Promise<DesktopProgram> => {
      const program = await startDesktop({ screen, dataFolder });
      onTestFinished(() => program.app.close().catch(() => undefined));
      return program;
    };

    const first = await start();
    const { page } = first;
    await page.getByRole('button', { name: 'Settings' }).click();
    const share = page.getByRole('button', { name: 'Share the list' });
    expect(await share.isDisabled()).toBe(true);
    await page.getByLabel('Queue server').fill('redis://127.0.0.1:1');
    await answerDialogs(first, dataFolder).chooseFiles(
      () => page.getByRole('button', { name: 'Add folder…' }).click(),
      [rig.folder],
    );
    await page.getByLabel(`Name of ${rig.folder} on all machines`).fill('test');
    await share.click();
    await page.getByText('Can’t reach the queue of the machines').waitFor();
    expect((await ask(page, 'getSettings', {})).sharing).toBeNull();

    await page.getByLabel('Queue server').fill(rig.redis.url);
    await share.click();
    await page.getByText('Takes effect when Enlarger is restarted').waitFor();
    await first.app.close();

    await rig.work('studio-2');
    const second = await start();
    await second.page.getByRole('button', { name: 'Settings' }).click();
    await second.page.getByRole('button', { name: 'Machines' }).click();
    await second.page.getByText('studio-2').waitFor();
    const output = path.join(rig.folder, 'made');
    mkdirSync(output);
    const spec = openBatch([path.join(rig.folder, 'in')], DEFAULT_PROGRAM_SETTINGS);
    const { settings } = spec;
    await ask(second.page, 'addBatch', {
      spec: {
        ...spec,
        destination: { kind: 'path', path: output },
        settings: { ...settings, model: 'nearest' },
      },
      startNow: true,
    });
    await vi.waitFor(
      () => expect(readdirSync(output).filter((name) => !name.startsWith('.'))).toHaveLength(6),
      {
        timeout: 60_000,
        interval: 200,
      },
    );
    await vi.waitFor(async () => {
      const { jobs } = await ask(second.page, 'listJobs', { offset: 0, limit: 10 });
      const machines = jobs.map(({ state }) => (state.kind === 'done' ? state.machine : state.kind));
      expect(machines).toContain('studio-2');
    });
  });
});
