import { expect, test } from 'vitest';
import { openTestHost } from '../support/hostParts.ts';
import { addMeasuredBatch, type Judgement } from '../support/measuredBatch.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/**
 * What the report of a large batch costs the host, compared with one request per image:
 * `npx vitest run --mode bench tests/bench/batchSummary.test.ts`.
 */

const IMAGES = 10_000;
const ROUNDS = 5;

function judgementOf(index: number): Judgement {
  const verdict = index % 97 === 0 ? 'failed' : index % 13 === 0 ? 'look' : 'ok';
  return { verdict, psnrDb: 25 + ((index * 7919) % 3_000) / 100 };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

test(`the report of a batch of ${IMAGES} images is one answer`, async () => {
  const opened = await openTestHost(temporaryFolder());
  try {
    const { store } = opened.parts;
    const judgements = Array.from({ length: IMAGES }, (_, index) => judgementOf(index));
    const batchId = addMeasuredBatch(store, judgements);
    const { api } = opened.host;
    const summaries: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      summaries.push(await timed(() => api.getBatchReport({ batchId, offset: 0, limit: 100 })));
    }
    const jobs = store.jobs.ofBatch(batchId, 0, IMAGES);
    const onePerImageMs = await timed(async () => {
      for (const { id } of jobs) await api.getReport({ jobId: id });
    });
    process.stderr.write(`${JSON.stringify({ IMAGES, summariesMs: summaries, onePerImageMs })}\n`);
    const { verdicts } = await api.getBatchReport({ batchId, offset: 0, limit: 1 });
    expect(verdicts.ok + verdicts.look + verdicts.failed).toBe(IMAGES);
  } finally {
    await opened.close();
  }
});
