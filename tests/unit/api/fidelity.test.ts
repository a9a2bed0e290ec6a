import { expect, test } from 'vitest';
import { fidelityOf } from '../../../core/api/fidelity.ts';

test.each([
  { psnrDb: null, fidelity: 'identical' },
  { psnrDb: 40, fidelity: 'good' },
  { psnrDb: 39.9, fidelity: 'fair' },
  { psnrDb: 30, fidelity: 'fair' },
  { psnrDb: 29.9, fidelity: 'poor' },
])('$psnrDb dB is $fidelity', ({ psnrDb, fidelity }) => {
  expect(fidelityOf(psnrDb)).toBe(fidelity);
});
