import { expect, test } from 'vitest';
import { costOf, withSample, type LinearRate } from '../../../../core/host/estimates/linearRate.ts';

function rateOf(samples: readonly (readonly [number, number])[]): LinearRate {
  return samples.reduce(
    (rate: LinearRate | undefined, [amount, cost]) => withSample(rate, amount, cost),
    undefined,
  )!;
}

test('one sample gives a proportional cost', () => {
  expect(costOf(rateOf([[2, 100]]), 5)).toBe(250);
});

test('samples of different amounts reveal a fixed cost', () => {
  const rate = rateOf([1, 2, 4, 8, 16].map((amount) => [amount, 30 + 7 * amount] as const));
  expect(costOf(rate, 0)).toBeCloseTo(30);
  expect(costOf(rate, 100)).toBeCloseTo(730);
});

test('samples of similar amounts reveal no fixed cost: outside their range, the cost stays proportional', () => {
  const rate = rateOf([
    [1, 10],
    [1.01, 16],
    [0.99, 5],
    [1, 9],
  ]);
  expect(costOf(rate, 10)).toBeCloseTo(100, 0);
});

test('a cost that falls with the amount is noise', () => {
  const rate = rateOf([
    [1, 30],
    [2, 20],
    [3, 10],
  ]);
  expect(costOf(rate, 4)).toBeCloseTo(40);
});

test('the rate adapts when a machine becomes faster', () => {
  const slow = rateOf(Array.from({ length: 100 }, () => [1, 100] as const));
  const faster = Array.from({ length: 200 }).reduce((rate: LinearRate) => withSample(rate, 1, 10), slow);
  expect(costOf(faster, 1)).toBeLessThan(12);
});
