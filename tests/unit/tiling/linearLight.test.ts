import { expect, test } from 'vitest';
import { linearFromStored, storedFromLinear } from '../../../core/tiling/linearLight.ts';
import { largestDifference } from '../../support/images.ts';

/** IEC 61966-2-1. */
function exactLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

const ALL_16_BIT = Array.from({ length: 65_536 }, (_, value) => value / 65_535);

test('every 8-bit value survives the way to linear light and back', () => {
  for (let value = 0; value < 256; value++) {
    expect(Math.round(storedFromLinear(linearFromStored(value / 255)) * 255)).toBe(value);
  }
});

test('every 16-bit value survives it within one step, and within three near black', () => {
  let most = 0;
  let mostNearBlack = 0;
  for (const value of ALL_16_BIT) {
    const steps = Math.abs(storedFromLinear(linearFromStored(value)) - value) * 65_535;
    if (value < 0.06) mostNearBlack = Math.max(mostNearBlack, steps);
    else most = Math.max(most, steps);
  }
  expect(most).toBeLessThanOrEqual(1);
  expect(mostNearBlack).toBeLessThanOrEqual(3);
});

test('the curve is the standard’s, rises everywhere, and meets black and white', () => {
  const made = ALL_16_BIT.map(linearFromStored);
  const most = largestDifference(made, ALL_16_BIT.map(exactLinear));
  expect(most).toBeLessThan(1 / 65_535);
  expect(made.every((value, index) => index === 0 || value > made[index - 1]!)).toBe(true);
  expect([linearFromStored(0), linearFromStored(1), storedFromLinear(0), storedFromLinear(1)]).toEqual([
    0, 1, 0, 1,
  ]);
});
