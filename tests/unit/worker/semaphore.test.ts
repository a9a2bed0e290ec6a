import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Semaphore } from '../../../core/worker/semaphore.ts';

const NEVER = new AbortController().signal;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
}

/** Requests entry, and records whether it was granted so far. */
function ask(semaphore: Semaphore, cost: number, signal = NEVER): { state: string; leave: () => void } {
  const client = { state: 'waiting', leave: (): void => undefined };
  semaphore.enter(cost, signal).then(
    (leave) => Object.assign(client, { state: 'inside', leave }),
    () => (client.state = 'cancelled'),
  );
  return client;
}

test('admits in order while there is room, and work that is too large alone', async () => {
  const semaphore = new Semaphore(10);
  const clients = [4, 6, 100, 1].map((cost) => ask(semaphore, cost));
  const states = async (): Promise<string[]> => {
    await settle();
    return clients.map(({ state }) => state);
  };
  expect(await states()).toEqual(['inside', 'inside', 'waiting', 'waiting']);
  clients[0]!.leave();
  clients[0]!.leave(); // leaving twice makes no more room
  expect(await states()).toEqual(['inside', 'inside', 'waiting', 'waiting']);
  clients[1]!.leave();
  expect(await states()).toEqual(['inside', 'inside', 'inside', 'waiting']);
  clients[2]!.leave();
  expect(await states()).toEqual(['inside', 'inside', 'inside', 'inside']);
});

test('giving up the wait delays no one else', async () => {
  const semaphore = new Semaphore(1);
  const first = ask(semaphore, 1);
  const cancel = new AbortController();
  const second = ask(semaphore, 1, cancel.signal);
  const third = ask(semaphore, 1);
  await settle();
  cancel.abort();
  await settle();
  first.leave();
  await settle();
  expect([second.state, third.state]).toEqual(['cancelled', 'inside']);
  expect(ask(semaphore, 1, AbortSignal.abort()).state).toBe('waiting');
});

test('everyone is admitted eventually, and never more than there is room for', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 30 }), async (costs) => {
      const semaphore = new Semaphore(10);
      let used = 0;
      let inside = 0;
      await Promise.all(
        costs.map(async (cost) => {
          const leave = await semaphore.enter(cost, NEVER);
          used += cost;
          inside++;
          expect(used <= 10 || inside === 1).toBe(true);
          await Promise.resolve();
          used -= cost;
          inside--;
          leave();
        }),
      );
      expect(used).toBe(0);
    }),
  );
});
