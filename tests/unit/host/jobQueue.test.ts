import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { DiskSpace } from '../../../core/files/diskSpace.ts';
import { OutputVolumes } from '../../../core/files/outputVolumes.ts';
import { JobQueue } from '../../../core/host/queue/jobQueue.ts';
import { JobRunner } from '../../../core/host/queue/jobRunner.ts';
import { ModelHashes } from '../../../core/host/queue/modelHashes.ts';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import type { Store } from '../../../core/store/store.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const GIGABYTE = 1024 ** 3;

interface Rig {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly disk: { freeBytes: number };
  /** How the next jobs of the pool end. */
  readonly answers: EnlargerError[];
}

function noSpace(systemCode: string): EnlargerError {
  return new EnlargerError('output/no-space', 'The disk is full.', { systemCode });
}

/** A batch whose results go into a separate new folder. */
function addBatch(store: Store, jobs: number): string {
  const folder = path.join(temporaryFolder(), 'out');
  mkdirSync(folder);
  const inputs = waitingJobs(jobs).map((job) => ({ ...job, target: path.join(folder, job.name) }));
  store.addBatch(sampleBatch(), 0, inputs);
  return folder;
}

/** A queue of `jobs` jobs, with a pool that fails on demand and a disk with as much free space as a test sets. */
function rig(jobs: number, freeBytes: number, floorBytes = 0): Rig {
  const store = openMemoryStore();
  const folder = addBatch(store, jobs);
  const disk = { freeBytes };
  const answers: EnlargerError[] = [];
  const diskSpace = new DiskSpace(
    () => floorBytes,
    (place) => Promise.resolve(place.startsWith(folder) ? disk.freeBytes : GIGABYTE),
  );
  const shared = { store, diskSpace, volumes: new OutputVolumes(), runId: '00000000' };
  const pool = {
    capacity: 1,
    run: () => Promise.reject(answers.shift() ?? new EnlargerError('image/corrupt', 'Damaged.')),
  };
  const runner = new JobRunner({
    ...{ ...shared, pool, whenDiskFull: 'wait', program: 'test', keepsReports: 'none' },
    modelHashes: new ModelHashes(),
  });
  const queue = new JobQueue({ ...shared, pool, runner, observer: {}, dataFolder: folder });
  onTestFinished(() => queue.close());
  return { store, queue, disk, answers };
}

describe('a full disk', () => {
  test('holds the queue, loses no job, and continues once there is space again', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'Date'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { store, queue, disk, answers } = rig(2, 1_000);
    answers.push(noSpace('ENOSPC'));
    queue.start();
    await vi.waitFor(() => {
      expect(queue.hindrances).toMatchObject([{ kind: 'disk-full' }]);
    });
    await vi.waitFor(() => {
      expect(store.jobs.counts()).toMatchObject({ queued: 2, running: 0, failed: 0 });
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(queue.hindrances).toHaveLength(1);
    disk.freeBytes = GIGABYTE;
    await vi.advanceTimersByTimeAsync(2_000);
    expect(queue.hindrances).toEqual([]);
    await vi.waitFor(() => {
      expect(store.jobs.counts()).toMatchObject({ queued: 0, failed: 2 });
    });
  });

  test('is not waited for when the file is too large for the volume and there is plenty of room', async () => {
    const { store, queue, answers } = rig(1, 100 * GIGABYTE);
    answers.push(noSpace('EFBIG'));
    queue.start();
    await vi.waitFor(() => {
      expect(store.jobs.counts().failed).toBe(1);
    });
    expect(store.jobs.get(1)?.state).toMatchObject({ error: { code: 'output/no-space' } });
  });

  test('below the floor that the user set nothing is begun', async () => {
    const { store, queue } = rig(1, 5_000, 10_000);
    queue.start();
    await vi.waitFor(() => {
      expect(queue.hindrances).toMatchObject([{ kind: 'disk-full' }]);
    });
    await vi.waitFor(() => {
      expect(store.jobs.counts()).toMatchObject({ queued: 1, running: 0 });
    });
  });

  test('holds only the jobs with results on it', async () => {
    const { store, queue } = rig(3, 5_000, 10_000);
    addBatch(store, 2);
    queue.start();
    await vi.waitFor(() => {
      expect(store.jobs.counts()).toMatchObject({ queued: 3, running: 0, failed: 2 });
    });
    expect(queue.hindrances).toHaveLength(1);
    // Waiting jobs are not started over and over.
    expect(store.jobs.ofBatch(1, 0, 3).map(({ attempts }) => attempts)).toEqual([1, 0, 0]);
  });
});
