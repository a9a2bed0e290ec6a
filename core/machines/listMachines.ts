import { parsePresence, type Presence } from './messages.ts';
import { MACHINES_KEY, PRESENCE_MS, presenceKey } from './queueKeys.ts';
import { connectQueue, within, type QueueServer } from './redisConnection.ts';

/** A machine as it is shown to people. */
export interface ListedMachine {
  readonly presence: Presence;
  /** Milliseconds since its last sign of life, by the server's clock. */
  readonly silentMs: number;
}

/** What a queue contains at the moment. */
export interface MachineList {
  readonly server: QueueServer & { readonly address: string; readonly latencyMs: number };
  readonly machines: readonly ListedMachine[];
}

/**
 * Lists the machines that are connected.
 *
 * @throws EnlargerError `usage/invalid-option`, `queue/…`.
 */
export async function listMachines(url: string): Promise<MachineList> {
  const { redis, address, server } = await connectQueue(url);
  try {
    const startedAt = performance.now();
    await within(redis.ping());
    const latencyMs = performance.now() - startedAt;
    const ids = (await within(redis.smembers(MACHINES_KEY))).sort();
    const machines: ListedMachine[] = [];
    for (const id of ids) {
      const [json, remainingMs] = await within(
        Promise.all([redis.get(presenceKey(id)), redis.pttl(presenceKey(id))]),
      );
      const parsed = json === null ? undefined : parsePresence(json);
      if (parsed?.kind !== 'ok') continue;
      machines.push({ presence: parsed.message, silentMs: Math.max(0, PRESENCE_MS - remainingMs) });
    }
    return { server: { ...server, address, latencyMs }, machines };
  } finally {
    redis.disconnect();
  }
}
