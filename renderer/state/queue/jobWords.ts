import type { JobView } from '../../../core/api/views.ts';
import type { Texts } from '../texts.svelte.ts';

/** The kinds of state that a row distinguishes, each with its own icon. */
export type JobMark =
  'queued' | 'running' | 'held' | 'done' | 'look' | 'wrong' | 'skipped' | 'failed' | 'cancelled';

/** An image is not finished until its file is written, even if it is computed completely. */
const MAX_SHOWN_SHARE = 0.99;

/** @param isPaused Whether the queue is paused, so that running jobs wait. */
export function markOf({ state }: JobView, isPaused = false): JobMark {
  if (state.kind === 'running' && isPaused) return 'held';
  if (state.kind !== 'done') return state.kind;
  if (state.verdict === 'look') return 'look';
  return state.verdict === 'failed' ? 'wrong' : 'done';
}

/** How much of an image is computed, 0…1; only while it runs. */
export function runningShare({ state }: JobView): number | undefined {
  if (state.kind !== 'running') return undefined;
  return state.tilesTotal === 0 ? 0 : state.tilesDone / state.tilesTotal;
}

/**
 * The state of an image, in a few words.
 *
 * @param isPaused As for `markOf`.
 */
export function stateWords(job: JobView, texts: Texts, isPaused = false): string {
  const { t, percent, duration } = texts;
  const { state } = job;
  switch (state.kind) {
    case 'queued':
      return t('state.queued');
    case 'running':
      return t(isPaused ? 'state.held' : 'state.running', {
        percent: percent(Math.min(MAX_SHOWN_SHARE, runningShare(job) ?? 0)),
      });
    case 'done':
      return t(`state.${markOf(job) as 'done' | 'look' | 'wrong'}`, { time: duration(state.elapsedMs) });
    case 'skipped':
      return t(`skipped.${state.reason}`);
    case 'failed':
      return texts.error(state.error);
    case 'cancelled':
      return t('state.cancelled');
  }
}
