import type { MachineView } from '../api/contract.ts';
import type { Machine } from './machineRoll.ts';
import { BEAT_MS } from './queueKeys.ts';

/** A machine as the user interfaces show it. */
export function machineView({ presence, missedBeats }: Machine): MachineView {
  const { id, name, version, state, held, capacity, finished, failed, megapixels, seconds } = presence;
  return {
    ...{ id, name, version, running: held.length, capacity, finished, failed },
    state: state === 'working' ? 'working' : 'leaving',
    megapixelsPerSecond: seconds > 0 ? megapixels / seconds : 0,
    silentMs: missedBeats * BEAT_MS,
  };
}
