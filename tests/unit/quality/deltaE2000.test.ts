import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { deltaE2000 } from '../../../core/quality/metrics/deltaE2000.ts';

const rowSchema = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
]);

function sharmaPairs(): readonly z.infer<typeof rowSchema>[] {
  const text = readFileSync(new URL('../../fixtures/quality/ciede2000.json', import.meta.url), 'utf8');
  return z.object({ pairs: z.array(rowSchema) }).parse(JSON.parse(text)).pairs;
}

test('has all 34 pairs of Sharma, Wu and Dalal', () => {
  expect(sharmaPairs()).toHaveLength(34);
});

test.each(sharmaPairs())('the difference of (%f, %f, %f) and (%f, %f, %f) is %f', (...row) => {
  const [l1, a1, b1, l2, a2, b2, difference] = row;
  const first = { l: l1, a: a1, b: b1 };
  const second = { l: l2, a: a2, b: b2 };
  // The table has four decimals.
  expect(Math.abs(deltaE2000(first, second) - difference)).toBeLessThanOrEqual(0.5e-4 + 1e-9);
  expect(deltaE2000(second, first)).toBeCloseTo(deltaE2000(first, second), 10);
});
