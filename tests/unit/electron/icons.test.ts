import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { expect, test } from 'vitest';

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const drawing = readFileSync(path.join(checkout, 'build', 'icon.svg'));

test('the window has the same icon as the program', () => {
  expect(readFileSync(path.join(checkout, 'renderer', 'public', 'icon.svg'))).toEqual(drawing);
});

test.each([
  ['build/icons/16x16.png', 16],
  ['build/icons/1024x1024.png', 1024],
  ['resources/icons/icon-256.png', 256],
  ['resources/icons/tray@2x.png', 32],
])('%s is made from the current drawing', async (name, sidePx) => {
  const isMade = await sharp(path.join(checkout, name)).ensureAlpha().raw().toBuffer();
  const wanted = await sharp(drawing, { density: (72 * sidePx) / 64 })
    .resize(sidePx, sidePx)
    .ensureAlpha()
    .raw()
    .toBuffer();
  const worst = isMade.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (wanted[index] ?? 0))),
    0,
  );
  expect({ length: isMade.length, isClose: worst <= 8 }).toEqual({ length: wanted.length, isClose: true });
});
