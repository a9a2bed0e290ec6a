import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { countThatFits } from '../../../../cli/bench/benchCommand.ts';
import { benchProgress } from '../../../../cli/bench/benchProgress.ts';

const MODEL = { id: 'fast-x4', bestMs: 1, gigaflops: 1, shareOfPeak: 1 };

function count(leftMs: number, outputMegapixelsPerSecond: number): number {
  return countThatFits(leftMs, { models: [{ ...MODEL, outputMegapixelsPerSecond }] }, { images: 20 });
}

test('as many images are measured as fit into the time, at least three and at most as many as requested', () => {
  expect(count(35_000, 16)).toBe(10);
  expect(count(35_000, 8)).toBe(5);
  expect(count(35_000, 1)).toBe(3);
  expect(count(-1, 100)).toBe(3);
  expect(count(35_000, 1000)).toBe(20);
});

test('without a terminal, each step is printed as a line', () => {
  const written: string[] = [];
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written.push(chunk.toString());
      done();
    },
  });
  const progress = benchProgress(1000, stream);
  progress.onStep('every model');
  progress.close();
  expect(written).toEqual(['measuring every model…\n']);
});
