import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { ownResult } from '../../../core/host/ownResult.ts';
import { openMemoryStore } from '../../../core/store/openStore.ts';
import { sampleBatch, waitingJobs } from '../../support/sampleBatch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A store with one job that is done, and whose result is on the disk as it was made. */
function madeResult(name: string): {
  store: ReturnType<typeof openMemoryStore>;
  file: string;
  jobId: number;
} {
  const store = openMemoryStore();
  const file = path.join(temporaryFolder(), name);
  store.addBatch(sampleBatch(), 0, waitingJobs(1));
  const job = store.transitions.takeNext(() => ({ tempPath: '/t', scratchFolder: '/s' }));
  if (job === undefined) throw new Error('There is no job.');
  writeFileSync(file, 'made');
  const outputHash = createHash('sha256').update('made').digest('hex');
  const key = { contentHash: 'a', settingsHash: 'b', modelHash: 'c' };
  store.results.add(job.id, { ...key, outputPath: file, outputHash, outputBytes: 4 });
  const size = { width: 1, height: 1 };
  const image = { ...size, sizeBytes: 4, sha256: outputHash };
  const made = { input: image, output: image, device: 'cpu', repairedTiles: 0, warnings: [], elapsedMs: 1 };
  store.transitions.startPublishing(job, { made });
  const done = { outputPath: file, outputSize: size, outputBytes: 4, elapsedMs: 1, device: 'cpu' };
  store.transitions.end(job, { kind: 'done', ...done, repairedTiles: 0, warnings: [] });
  return { store, file, jobId: job.id };
}

test('a result is served and opened as long as it is unchanged since this program made it', async () => {
  const { store, file, jobId } = madeResult('a.png');
  expect(await ownResult(store, jobId)).toBe(file);
  writeFileSync(file, 'MADE');
  await expect(ownResult(store, jobId)).rejects.toMatchObject({ code: 'request/forbidden' });
});

test.each(['a.sh', 'a.desktop', 'a.exe', 'a'])('%s is never opened, whoever made it', async (name) => {
  const { store, jobId } = madeResult(name);
  await expect(ownResult(store, jobId)).rejects.toMatchObject({ code: 'request/forbidden' });
});

test('a job without a result has none to open', async () => {
  const store = openMemoryStore();
  store.addBatch(sampleBatch(), 0, waitingJobs(1));
  await expect(ownResult(store, 1)).rejects.toMatchObject({ code: 'job/wrong-state' });
  await expect(ownResult(store, 7)).rejects.toMatchObject({ code: 'job/not-found' });
});
