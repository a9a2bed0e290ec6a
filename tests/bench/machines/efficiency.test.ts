import { describe, expect, onTestFinished, test } from 'vitest';
import { joinMachine, makeJobs, openCoordinator, runAll } from '../../support/memoryMachines.ts';
import { hasRedis, startRedis } from '../../support/redisServer.ts';
import { SleepingPool } from '../../support/sleepingPool.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** Where an image would be computed; sleeping lets two cores stand for many machines. */
const IMAGE_MS = 400;
const IMAGES_PER_MACHINE = 40;

/**
 * How much of the machines' time is used, and what all of it costs: coordinator and machines are one process here, so
 * the coordinator's share of the processor time is smaller than the figure.
 */
describe.skipIf(!hasRedis)('the efficiency of several machines with simulated inference', () => {
  test.each([2, 8, 32])('%i machines', async (count) => {
    const server = await startRedis();
    onTestFinished(() => server.close());
    const folder = temporaryFolder();
    const machines = await Promise.all(
      Array.from({ length: count }, () =>
        joinMachine(server.url, folder, { pool: new SleepingPool(1, IMAGE_MS) }),
      ),
    );
    const { pool } = await openCoordinator(server.url, folder, { local: new SleepingPool(0, 0) });
    const jobs = makeJobs(folder, count * IMAGES_PER_MACHINE);
    const [startedAt, processor] = [performance.now(), process.cpuUsage()];
    const results = await runAll(pool, jobs);
    const elapsedMs = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(processor);
    const efficiency = (IMAGES_PER_MACHINE * IMAGE_MS) / elapsedMs;
    const processorMs = (user + system) / 1_000 / jobs.length;
    console.info({ machines: count, efficiency, processorMs });
    expect(results).toHaveLength(jobs.length);
    await pool.close();
    await Promise.all(machines.map((machine) => machine.close()));
  });
});
