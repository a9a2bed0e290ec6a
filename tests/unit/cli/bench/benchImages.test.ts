import { expect, test } from 'vitest';
import { layMirrored } from '../../../../cli/bench/benchImages.ts';
import { mirrored } from '../../../../core/tiling/kernelTaps.ts';

test('a line runs back and forth without a jump', () => {
  expect(Array.from({ length: 8 }, (_, position) => mirrored(position, 3))).toEqual([0, 1, 2, 2, 1, 0, 0, 1]);
});

test('a larger image is made of mirrored copies, from a shifted start', () => {
  const source = { width: 2, height: 2, channels: 1, data: Uint8Array.of(1, 2, 3, 4) } as const;
  expect(layMirrored(source, { width: 4, height: 3 }, 1)).toEqual({
    width: 4,
    height: 3,
    channels: 1,
    data: Uint8Array.of(4, 4, 3, 3, 4, 4, 3, 3, 2, 2, 1, 1),
  });
});
