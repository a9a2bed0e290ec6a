import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planPasses } from '../../../core/jobs/planPasses.ts';

const SCALES = [2, 3, 4];

test.each([
  { factor: 0.5, passes: [] },
  { factor: 1, passes: [] },
  { factor: 1.5, passes: [2] },
  { factor: 2, passes: [2] },
  { factor: 2.001, passes: [2] }, // slightly more than a whole factor is interpolated
  { factor: 2.5, passes: [3] },
  { factor: 3, passes: [3] },
  { factor: 4, passes: [4] },
  { factor: 5, passes: [2, 3] },
  { factor: 6, passes: [2, 3] },
  { factor: 8, passes: [2, 4] },
  { factor: 9, passes: [3, 3] },
  { factor: 16, passes: [4, 4] },
  { factor: 64, passes: [4, 4, 4] },
])('a factor of $factor needs the passes $passes', ({ factor, passes }) => {
  const from = { width: 1000, height: 1000 };
  const to = { width: 1000 * factor, height: 1000 * factor };
  expect(planPasses(from, to, SCALES)).toEqual(passes);
});

test('the side that grows more decides, and sides that are rounded up need no extra pass', () => {
  expect(planPasses({ width: 100, height: 100 }, { width: 100, height: 350 }, SCALES)).toEqual([4]);
  expect(planPasses({ width: 333, height: 100 }, { width: 1000, height: 301 }, SCALES)).toEqual([3]);
});

test('a single network is repeated until the factor is reached', () => {
  expect(planPasses({ width: 10, height: 10 }, { width: 80, height: 80 }, [2])).toEqual([2, 2, 2]);
  expect(planPasses({ width: 10, height: 10 }, { width: 50, height: 50 }, [4])).toEqual([4, 4]);
});

test('passes always suffice, ascend, and are all needed', () => {
  const factors = fc.double({ min: 1.02, max: 64, noNaN: true });
  fc.assert(
    fc.property(factors, fc.subarray([2, 3, 4, 8], { minLength: 1 }), (factor, scales) => {
      const from = { width: 1000, height: 500 };
      const to = { width: Math.round(1000 * factor), height: Math.round(500 * factor) };
      const passes = planPasses(from, to, scales);
      const product = passes.reduce((all, scale) => all * scale, 1);
      const needed = Math.max(to.width / from.width, to.height / from.height);
      expect(product * 1.01).toBeGreaterThanOrEqual(needed);
      expect(product / passes[0]! / Math.max(...scales)).toBeLessThan(needed);
      expect([...passes].sort((a, b) => a - b)).toEqual(passes);
    }),
  );
});

test('a factor that no number of passes reaches is refused with a code, since people can request it', () => {
  expect(() => planPasses({ width: 1, height: 1 }, { width: 5000, height: 5000 }, SCALES)).toThrow(
    expect.objectContaining({ code: 'size/invalid', message: expect.stringContaining('5000') as string }),
  );
  expect(() => planPasses({ width: 10, height: 10 }, { width: 20, height: 20 }, [1])).toThrow(
    expect.objectContaining({ code: 'size/invalid' }),
  );
});
