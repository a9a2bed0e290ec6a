import { expect, test } from 'vitest';
import type { JobState, JobView } from '../../../core/api/views.ts';
import { EventMailbox } from '../../../core/server/eventMailbox.ts';

function job(id: number, state: JobState): JobView {
  return { id, batchId: 1, name: `${id}.png`, state, attempts: 1, addedAt: 0 };
}

test('a slow window misses progress, but no ending', () => {
  const mailbox = new EventMailbox();
  for (let tile = 1; tile <= 50; tile++) {
    const running = job(1, { kind: 'running', tilesDone: tile, tilesTotal: 50 });
    mailbox.put({ type: 'jobs-changed', jobs: [running] });
  }
  mailbox.put({ type: 'jobs-changed', jobs: [job(2, { kind: 'cancelled' })] });
  mailbox.put({ type: 'jobs-changed', jobs: [job(1, { kind: 'cancelled' })] });
  expect(mailbox.takeAll()).toEqual([
    { type: 'jobs-changed', jobs: [job(1, { kind: 'cancelled' }), job(2, { kind: 'cancelled' })] },
  ]);
  expect(mailbox.takeAll()).toEqual([]);
});

test('a window that is thousands of rows behind has to request them again', () => {
  const mailbox = new EventMailbox();
  for (let id = 1; id <= 2_001; id++)
    mailbox.put({ type: 'jobs-changed', jobs: [job(id, { kind: 'cancelled' })] });
  expect(mailbox.takeAll()).toEqual([{ type: 'jobs-reordered' }]);
});
