import { describe, expect, test } from 'vitest';
import type { JobState, JobView } from '../../../core/api/views.ts';
import { markOf, stateWords } from '../../../renderer/state/queue/jobWords.ts';
import { Texts } from '../../../renderer/state/texts.svelte.ts';

function jobIn(state: JobState): JobView {
  return { id: 1, batchId: 1, name: 'a.png', state, attempts: 0, addedAt: 0 };
}

const running = jobIn({ kind: 'running', tilesDone: 2, tilesTotal: 5 });
const written = jobIn({ kind: 'running', tilesDone: 5, tilesTotal: 5 });
const waiting = jobIn({ kind: 'queued' });

describe('the words on a row', () => {
  test.each([
    { what: 'runs', job: running, isPaused: false, mark: 'running', words: 'Enlarging, 40%' },
    { what: 'runs in a paused queue', job: running, isPaused: true, mark: 'held', words: 'Paused, 40%' },
    // Everything is computed, but nothing is written yet.
    { what: 'is being written', job: written, isPaused: true, mark: 'held', words: 'Paused, 99%' },
    { what: 'waits in a paused queue', job: waiting, isPaused: true, mark: 'queued', words: 'Waiting' },
  ])('of an image that $what are "$words"', ({ job, isPaused, mark, words }) => {
    expect([markOf(job, isPaused), stateWords(job, new Texts(), isPaused)]).toEqual([mark, words]);
  });
});
