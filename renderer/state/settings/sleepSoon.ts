import type { Connection } from '../../api/connection.ts';
import type { Notices } from '../notices.svelte.ts';

/** Time in which a person who is still there can keep the computer awake. */
export const SLEEP_DELAY_MS = 30_000;

/** Puts the computer to sleep after a delay, unless the user cancels it. Desktop only. @returns A function that cancels it. */
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
