import type { Connection } from '../../api/connection.ts';
import type { Notices } from '../notices.svelte.ts';

/** Time to keep the computer awake, for a person who is there after all. */
export const SLEEP_DELAY_MS = 30_000;

/** Puts the computer to sleep in a moment, unless the person cancels it. Desktop only. @returns Cancels it. */
export function sleepSoon({
  connection: { desktop },
  notices,
}: {
  readonly connection: Connection;
  readonly notices: Notices;
}): () => void {
  if (desktop === undefined) return () => undefined;
  const run = (): void => void notices.attempt(() => desktop.sleep());
  return notices.announce(
    'notice.sleep',
    { seconds: SLEEP_DELAY_MS / 1000 },
    { delayMs: SLEEP_DELAY_MS, run },
  );
}
