import type { HandOut } from './handOutBook.ts';
import type { Presence } from './messages.ts';
import { LEASE_BEATS } from './queueKeys.ts';

/** Number of checks that find work neither at its machine nor in Redis before it counts as lost. */
const LOST_AFTER_LOOKS = 3;

/** Notes the progress that a machine reports. @returns The attempts that it does not report. */
function noteProgress({ held }: Presence, handOuts: readonly HandOut[]): HandOut[] {
  const progressOf = new Map(held.map((each) => [each.attempt, each]));
  return handOuts.filter((handOut) => {
    const progress = progressOf.get(handOut.id);
    if (progress === undefined) return handOut.state !== 'sending';
    Object.assign(handOut, { state: 'begun', checksUnseen: 0 });
    const { tilesDone, tilesTotal } = progress;
    if (tilesTotal > 0) handOut.task.callbacks.onProgress(tilesDone, tilesTotal);
    return false;
  });
}

/**
 * Compares what a machine was given with what it reports and with what still waits for it in Redis, which may have lost
 * everything.
 *
 * @returns The attempts that are lost, and those that a machine which is leaving has not begun.
 */
export async function followMachine(
  presence: Presence,
  handOuts: readonly HandOut[],
  sentTo: (machine: string) => Promise<ReadonlySet<string>>,
): Promise<{ readonly lost: readonly HandOut[]; readonly unbegun: readonly HandOut[] }> {
  const unseen = noteProgress(presence, handOuts);
  if (unseen.length === 0) return { lost: [], unbegun: [] };
  const sent = await sentTo(presence.id);
  // A machine that has nothing under way and begins nothing may report itself and still not work.
  const isIdle = presence.held.length === 0;
  for (const handOut of unseen) {
    handOut.checksUnseen = sent.has(handOut.id) ? 0 : handOut.checksUnseen + 1;
    handOut.checksUnbegun = isIdle ? handOut.checksUnbegun + 1 : 0;
    if (handOut.checksUnbegun >= LEASE_BEATS) handOut.task.excluded.add(presence.id);
  }
  const lost = unseen.filter(
    ({ checksUnseen, checksUnbegun }) => checksUnseen >= LOST_AFTER_LOOKS || checksUnbegun >= LEASE_BEATS,
  );
  const unbegun = presence.state === 'draining' ? unseen.filter(({ id }) => sent.has(id)) : [];
  return { lost, unbegun };
}
