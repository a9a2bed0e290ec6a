import { expect, test } from 'vitest';
import { PauseGate } from '../../../core/worker/pauseGate.ts';

const NEVER = new AbortController().signal;

async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

test('lets through while it is open, and again once it has been opened', async () => {
  const gate = new PauseGate();
  await gate.pass(NEVER);
  gate.pause();
  gate.pause();
  let passed = 0;
  const count = (): number => passed++;
  void gate.pass(NEVER).then(count);
  void gate.pass(NEVER).then(count);
  await settle();
  expect([gate.isClosed, passed]).toEqual([true, 0]);
  gate.resume();
  await settle();
  expect([gate.isClosed, passed]).toEqual([false, 2]);
});

test('that is closed again immediately stops those that have not passed yet', async () => {
  const gate = new PauseGate();
  gate.pause();
  let passed = 0;
  void gate.pass(NEVER).then(() => passed++);
  gate.resume();
  gate.pause();
  await settle();
  expect(passed).toBe(0);
  gate.resume();
  await settle();
  expect(passed).toBe(1);
});

test('does not delay a cancelled job', async () => {
  const gate = new PauseGate();
  gate.pause();
  const cancel = new AbortController();
  const waiting = gate.pass(cancel.signal);
  cancel.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'job/cancelled' });
  await expect(gate.pass(cancel.signal)).rejects.toMatchObject({ code: 'job/cancelled' });
});
