import { expect, test } from 'vitest';
import { Sequencer } from '../../../core/api/sequencer.ts';

/** Work that ends on request, and notes when it begins. */
function steps() {
  const begun: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const work = (name: string) => () =>
    new Promise<string>((resolve, reject) => {
      begun.push(name);
      ends.set(name, (error) => {
        if (error === undefined) resolve(name);
        else reject(error);
      });
    });
  return { begun, work, end: (name: string, error?: Error) => ends.get(name)?.(error) };
}

test('work begins when the work before it has ended, even if that failed', async () => {
  const { begun, work, end } = steps();
  const sequencer = new Sequencer();
  const [first, second] = [sequencer.run(work('first')), sequencer.run(work('second'))];
  await expect.poll(() => begun).toEqual(['first']);
  end('first', new Error('no disk'));
  await expect(first).rejects.toThrow('no disk');
  await expect.poll(() => begun).toEqual(['first', 'second']);
  end('second');
  expect(await second).toBe('second');
});

test('work with another key does not wait', async () => {
  const { begun, work, end } = steps();
  const sequencer = new Sequencer();
  void sequencer.run(work('a1'), 'a');
  void sequencer.run(work('a2'), 'a');
  void sequencer.run(work('b1'), 'b');
  await expect.poll(() => begun).toEqual(['a1', 'b1']);
  end('a1');
  await expect.poll(() => begun).toEqual(['a1', 'b1', 'a2']);
});

test('it is idle when everything has succeeded or failed', async () => {
  const { begun, work, end } = steps();
  const sequencer = new Sequencer();
  await sequencer.idle();
  const failing = sequencer.run(work('first'));
  let isIdle = false;
  const idle = sequencer.idle().then(() => (isIdle = true));
  await expect.poll(() => begun).toEqual(['first']);
  expect(isIdle).toBe(false);
  end('first', new Error('no disk'));
  await expect(failing).rejects.toThrow();
  expect(await idle).toBe(true);
});
