import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { DEFAULT_PROGRAM_SETTINGS } from '../../../core/api/programSettings.ts';
import { openStore } from '../../../core/store/openStore.ts';
import { readOwner } from '../../../core/store/ownerFile.ts';
import { openBatch } from '../../support/openBatch.ts';
import {
  desktopArguments,
  findElectron,
  startDesktop,
  suiteName,
  whyNoDesktop,
  type DesktopProgram,
} from '../../support/desktopProgram.ts';
import {
  ask,
  desktopEnvironment,
  SANDBOX_OPTIONS,
  type DesktopOptions,
} from '../../support/desktopSetting.ts';
import { openScreen, type Screen } from '../../support/screen.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const reason = whyNoDesktop();
const electron = findElectron() ?? '';

const SHARP_SCRIPT = fileURLToPath(
  new URL('../../../dist/tests/support/sharpInElectron.js', import.meta.url),
);

/** Large enough for an interruption between its first tile and its last. */
async function makeImage(folder: string, name: string, sidePx: number): Promise<string> {
  const file = path.join(folder, name);
  const { width, height } = { width: sidePx, height: sidePx };
  await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#345',
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  })
    .png({ compressionLevel: 1 })
    .toFile(file);
  return file;
}

function startOnce(options: DesktopOptions): Promise<DesktopProgram> {
  return startDesktop(options).then((program) => {
    onTestFinished(async () => {
      // Some tests have already ended it.
      await program.app.close().catch(() => undefined);
    });
    return program;
  });
}

/** Whether a process runs; a zombie does not. */
function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The ids of a process and all of its descendants. Linux only. */
function familyOf(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = Number(/^\d+ \(.*\) \S (\d+)/s.exec(readFileSync(`/proc/${entry}/stat`, 'utf8'))?.[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      // It ended in the meantime.
    }
  }
  const family = [pid];
  for (const member of family) family.push(...(children.get(member) ?? []));
  return family;
}

async function waitUntilComputing({ page }: DesktopProgram): Promise<number> {
  return vi.waitFor(
    async () => {
      const { jobs } = await ask(page, 'listJobs', { states: ['running'], offset: 0, limit: 10 });
      const job = jobs.find(({ state }) => state.kind === 'running' && state.tilesDone > 0);
      if (job === undefined) throw new Error('no tile is done yet');
      return job.id;
    },
    { timeout: 40_000, interval: 20 },
  );
}

async function waitUntilDone({ page }: DesktopProgram, jobId: number): Promise<void> {
  await vi.waitFor(
    async () => {
      expect((await ask(page, 'getJob', { jobId })).state.kind).toBe('done');
    },
    { timeout: 60_000, interval: 100 },
  );
}

/** The ids of the processes that read images: workers and the media process. */
function workersOf({ app }: DesktopProgram): Promise<number[]> {
  return app.evaluate(({ app: electronApp }) =>
    electronApp
      .getAppMetrics()
      .filter(({ name }) => name === 'Enlarger worker')
      .map(({ pid }) => pid),
  );
}

describe.skipIf(reason !== undefined)(suiteName('the life of the desktop program', reason), () => {
  let screen: Screen;

  beforeAll(async () => {
    screen = await openScreen();
  });

  afterAll(() => {
    screen.close();
  });

  test('a second start passes its files to the first, and ends', async () => {
    const dataFolder = temporaryFolder();
    const { page, app } = await startOnce({ screen, dataFolder });
    await ask(page, 'pauseQueue', {});
    const file = await makeImage(dataFolder, 'opened later.png', 16);
    const options = { screen, dataFolder, files: [file] };
    const second = spawn(electron, desktopArguments(options), {
      env: desktopEnvironment(options),
      stdio: 'ignore',
    });
    expect(await once(second, 'exit')).toEqual([0, null]);
    // As after a drop: the options come first, and nothing is queued until a person confirms.
    await page.getByText('1 image', { exact: true }).waitFor();
    await page.getByRole('row', { name: 'opened later.png' }).getByText('16 × 16 → 64 × 64').waitFor();
    expect((await ask(page, 'listJobs', { offset: 0, limit: 10 })).total).toBe(0);
    expect(app.windows()).toHaveLength(1);
  });

  test('files of the first start are proposed as soon as the window is there', async () => {
    const dataFolder = temporaryFolder();
    const files = [await makeImage(dataFolder, 'opened first.png', 16)];
    const { page } = await startOnce({ screen, dataFolder, files });
    await page.getByRole('row', { name: 'opened first.png' }).waitFor();
    await page.getByRole('button', { name: 'Enlarge 1 image' }).waitFor();
  });

  test('while a command has the list of jobs, it shows that, and opens as soon as the command has ended', async () => {
    const dataFolder = temporaryFolder();
    const { store } = openStore(dataFolder, 'enlarger run');
    const options = { screen, dataFolder };
    const child = spawn(electron, desktopArguments(options), {
      env: desktopEnvironment(options),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const exited = once(child, 'exit');
    onTestFinished(async () => {
      child.kill('SIGTERM');
      await exited;
    });
    let stderr = '';
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    await vi.waitFor(() => expect(stderr).toMatch(/Enlarger waits: .* in use by enlarger run/), {
      timeout: 30_000,
    });
    store.close();
    await vi.waitFor(
      () => expect(readOwner(dataFolder)).toMatchObject({ pid: child.pid, purpose: 'Enlarger' }),
      {
        timeout: 30_000,
      },
    );
    expect(stderr.match(/Enlarger waits/g)).toHaveLength(1);
  });

  test.skipIf(process.platform !== 'linux')(
    'killing the program leaves no process, and the next start finishes the work',
    { timeout: 120_000 },
    async () => {
      const dataFolder = temporaryFolder();
      const file = await makeImage(dataFolder, 'large.png', 700);
      const first = await startOnce({ screen, dataFolder });
      const spec = openBatch([file], DEFAULT_PROGRAM_SETTINGS);
      await ask(first.page, 'addBatch', { spec, startNow: true });
      const jobId = await waitUntilComputing(first);
      const pid = first.app.process().pid ?? 0;
      const family = familyOf(pid);
      expect(family.length).toBeGreaterThan(3);
      process.kill(pid, 'SIGKILL');
      await vi.waitFor(
        () => {
          expect(family.filter(isRunning)).toEqual([]);
        },
        { timeout: 5_000, interval: 50 },
      );
      const second = await startOnce({ screen, dataFolder });
      await waitUntilDone(second, jobId);
      const result = path.join(dataFolder, 'enlarged', 'large_4x.png');
      expect(await sharp(result).metadata()).toMatchObject({ width: 2800, height: 2800 });
      expect(readdirSync(path.dirname(result))).toEqual(['large_4x.png']);
    },
  );

  test('a worker that is killed while it computes costs one attempt', { timeout: 120_000 }, async () => {
    const dataFolder = temporaryFolder();
    const file = await makeImage(dataFolder, 'large.png', 700);
    const program = await startOnce({ screen, dataFolder });
    const spec = openBatch([file], DEFAULT_PROGRAM_SETTINGS);
    await ask(program.page, 'addBatch', { spec, startNow: true });
    const jobId = await waitUntilComputing(program);
    const killed = await workersOf(program);
    expect(killed).not.toHaveLength(0);
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    await waitUntilDone(program, jobId);
    const others = (await workersOf(program)).filter((pid) => !killed.includes(pid));
    expect(others).not.toHaveLength(0);
    const result = await sharp(path.join(dataFolder, 'enlarged', 'large_4x.png')).metadata();
    expect(result).toMatchObject({ width: 2800, height: 2800 });
  });

  test.skipIf(process.platform !== 'linux')(
    'quitting in the middle leaves no process and no incomplete image',
    async () => {
      const dataFolder = temporaryFolder();
      const file = await makeImage(dataFolder, 'large.png', 700);
      const program = await startOnce({ screen, dataFolder });
      const spec = openBatch([file], DEFAULT_PROGRAM_SETTINGS);
      await ask(program.page, 'addBatch', { spec, startNow: true });
      await waitUntilComputing(program);
      const family = familyOf(program.app.process().pid ?? 0);
      await program.app.close();
      await vi.waitFor(() => {
        expect(family.filter(isRunning)).toEqual([]);
      });
      const outputs = path.join(dataFolder, 'enlarged');
      expect(existsSync(outputs) ? readdirSync(outputs) : []).toEqual([]);
    },
  );

  test('sharp works 100 times in each process without a message from GLib', async () => {
    const dataFolder = temporaryFolder();
    mkdirSync(path.join(dataFolder, 'electron'));
    const args = [...SANDBOX_OPTIONS, `--user-data-dir=${path.join(dataFolder, 'electron')}`, SHARP_SCRIPT];
    const child = spawn(electron, args, {
      env: desktopEnvironment({ screen, dataFolder }),
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (part: Buffer) => (stderr += part.toString()));
    const end: unknown = await once(child, 'exit');
    expect(
      stderr.split('\n').filter((line) => /GLib|GObject|CRITICAL|SharpElectronLinux/.test(line)),
    ).toEqual([]);
    expect(end).toEqual([0, null]);
  });
});
