import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { connectQueue } from '../../../core/machines/redisConnection.ts';
import { modelsFolder } from '../../support/images.ts';
import { openMachineRig } from '../../support/machineRig.ts';
import { hasRedis } from '../../support/redisServer.ts';
import { finishedEvent, type RunningCli } from '../../support/runCli.ts';
import { compiledSupport, simulateWork } from '../../support/simulateWork.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Where an image would be computed; sleeping lets two cores stand for many machines. */
const IMAGE_MS = Number(process.env.ENLARGER_BENCH_IMAGE_MS ?? 1_000);
const IMAGES_PER_PLACE = Number(process.env.ENLARGER_BENCH_IMAGES ?? 30);

/** Images at once in the one worker process of the coordinator, which sleeps as well. */
const OWN_PLACES = 3;

/** Milliseconds of processor time of a process so far, without its children: Linux counts hundredths of seconds. */
function processorMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The most memory that Redis has used, in megabytes. */
async function redisPeakMb(url: string): Promise<number> {
  const { redis } = await connectQueue(url, {});
  const info = await redis.info('memory');
  redis.disconnect();
  return Number(/used_memory_peak:(\d+)/.exec(info)?.[1]) / 1e6;
}

/** Starts machines in a separate process, and waits until they have joined. */
async function startMachines(url: string, folder: string, count: number): Promise<void> {
  const args = [
    compiledSupport('sleepingMachines'),
    url,
    folder,
    String(count),
    String(IMAGE_MS),
    modelsFolder,
  ];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await once(child.stdout, 'data');
}

/** The time and the coordinator's processor time between the first image and the last. */
async function measure(run: RunningCli): Promise<{ elapsedMs: number; processorMs: number }> {
  await run.until('"job-started"');
  const pid = run.child.pid ?? 0;
  const [startedAt, before] = [performance.now(), processorMs(pid)];
  await run.until('"batch-finished"');
  return { elapsedMs: performance.now() - startedAt, processorMs: processorMs(pid) - before };
}

describe.skipIf(!hasRedis)('the efficiency of several machines with simulated inference', () => {
  test.each([1, 8, 32])('%i machines', async (count) => {
    simulateWork(IMAGE_MS);
    const places = count + OWN_PLACES;
    const images = places * IMAGES_PER_PLACE;
    const rig = await openMachineRig(images);
    await startMachines(rig.redis.url, rig.folder, count);
    const run = rig.run('--json', '--data', temporaryFolder());
    const { elapsedMs, processorMs } = await measure(run);
    const figures = {
      ...{ machines: count, places, images, imageMs: IMAGE_MS, seconds: elapsedMs / 1_000 },
      efficiency: (IMAGES_PER_PLACE * IMAGE_MS) / elapsedMs,
      coordinatorMsPerImage: processorMs / images,
      redisPeakMb: await redisPeakMb(rig.redis.url),
    };
    process.stderr.write(`${JSON.stringify(figures)}\n`);
    expect(finishedEvent(await run.finished).totals).toMatchObject({ done: images });
  });
});
