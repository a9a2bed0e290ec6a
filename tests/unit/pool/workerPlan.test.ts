import { expect, test } from 'vitest';
import { machineSize, planWorkers } from '../../../core/pool/workerPlan.ts';

const GIBIBYTE = 1024 ** 3;

test.each([
  { cores: 2, gib: 4, workers: 1, threads: 2, ceilingGib: 2 },
  { cores: 8, gib: 16, workers: 1, threads: 8, ceilingGib: 8 },
  { cores: 16, gib: 32, workers: 2, threads: 8, ceilingGib: 8 },
  // Memory for one worker only, though there are cores for four.
  { cores: 64, gib: 4, workers: 1, threads: 64, ceilingGib: 2 },
  { cores: 64, gib: 256, workers: 4, threads: 16, ceilingGib: 32 },
  // Less than a worker needs, but without it nothing would be enlarged.
  { cores: 1, gib: 1, workers: 1, threads: 1, ceilingGib: 1.5 },
])('$cores cores and $gib GiB give $workers workers', ({ cores, gib, workers, threads, ceilingGib }) => {
  expect(planWorkers({ cores, memoryBytes: gib * GIBIBYTE })).toEqual({
    workers,
    threads,
    memoryCeilingBytes: ceilingGib * GIBIBYTE,
  });
});

test('a requested number of workers is used, and the cores are divided among them', () => {
  const machine = { cores: 16, memoryBytes: 32 * GIBIBYTE };
  expect(planWorkers(machine, { workers: 5, memoryCeilingBytes: 7 })).toEqual({
    workers: 5,
    threads: 3,
    memoryCeilingBytes: 7,
  });
});

test('a low memory limit allows as many workers as there are cores for', () => {
  const machine = { cores: 32, memoryBytes: 8 * GIBIBYTE };
  expect(planWorkers(machine, { memoryCeilingBytes: GIBIBYTE }).workers).toBe(4);
});

test('this machine has cores and memory', () => {
  const { cores, memoryBytes } = machineSize();
  expect([cores >= 1, memoryBytes > 64e6, Number.isFinite(memoryBytes)]).toEqual([true, true, true]);
});
