import { expect, test } from 'vitest';
import { EnlargerError } from '../../../core/api/errors.ts';
import { openWhenFree, type BusyAnswer } from '../../../electron/openWhenFree.ts';

const HOST = { name: 'the host' };

/** A store that is in use for this many tries. */
function openAfter(tries: number): () => Promise<typeof HOST> {
  let left = tries;
  return () => {
    if (left-- === 0) return Promise.resolve(HOST);
    return Promise.reject(new EnlargerError('store/in-use', 'In use by enlarger run (process 7).'));
  };
}

function asks(answers: readonly (BusyAnswer | undefined)[]): {
  readonly asked: { readonly message: string; readonly signal: AbortSignal }[];
  readonly ask: (message: string, signal: AbortSignal) => Promise<BusyAnswer>;
} {
  const asked: { message: string; signal: AbortSignal }[] = [];
  return {
    asked,
    ask: (message, signal) => {
      const answer = answers[asked.length];
      asked.push({ message, signal });
      return answer === undefined ? new Promise(() => undefined) : Promise.resolve(answer);
    },
  };
}

const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const never = (): Promise<void> => new Promise(() => undefined);

test('a free list is opened without a question', async () => {
  const { ask, asked } = asks([]);
  expect(await openWhenFree(openAfter(0), { ask, pause: never })).toBe(HOST);
  expect(asked).toEqual([]);
});

test('a list in use is opened automatically once it is free, and the question disappears', async () => {
  const { ask, asked } = asks([undefined]);
  expect(await openWhenFree(openAfter(3), { ask, pause: soon })).toBe(HOST);
  expect(asked.map(({ message, signal }) => [message, signal.aborted])).toEqual([
    ['In use by enlarger run (process 7).', true],
  ]);
});

test('trying again too early asks again', async () => {
  const { ask, asked } = asks(['again', 'again']);
  expect(await openWhenFree(openAfter(2), { ask, pause: never })).toBe(HOST);
  expect(asked).toHaveLength(2);
});

test('giving up opens no list', async () => {
  expect(await openWhenFree(openAfter(9), { ask: asks(['quit']).ask, pause: never })).toBeUndefined();
});

test('every other error is passed on unchanged', async () => {
  const open = (): Promise<object> => Promise.reject(new EnlargerError('store/too-new', 'Too new.'));
  await expect(openWhenFree(open, { ask: asks([]).ask, pause: never })).rejects.toMatchObject({
    code: 'store/too-new',
  });
});
