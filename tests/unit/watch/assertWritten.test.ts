import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readRaster } from '../../../core/image/readRaster.ts';
import { assertWritten } from '../../../core/watch/assertWritten.ts';
import { fixturePath } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const IMAGES = readdirSync(path.dirname(fixturePath('rgb8.png'))).filter((name) =>
  /\.(png|jpe?g|webp|gif|avif|tiff?|jxl|bmp|heic)$/.test(name),
);

async function isComplete(file: string): Promise<boolean> {
  try {
    await assertWritten(file);
    await readRaster(file, { colour: 'keep', maxPixels: 1e7 });
    return true;
  } catch {
    return false;
  }
}

/** TIFF has no recognisable end: missing bytes there need not be pixels. */
const WITH_END = IMAGES.filter((name) => !name.includes('.tif'));

test.each(IMAGES)('%s is complete', async (name) => {
  expect(await isComplete(fixturePath(name))).toBe(true);
});

test.each(WITH_END)('%s is incomplete without its last bytes', async (name) => {
  const folder = temporaryFolder();
  const whole = readFileSync(fixturePath(name));
  const taken: number[] = [];
  for (const missing of [1, 2, 4, 5, 9, 40, Math.floor(whole.length / 2)]) {
    const cut = path.join(folder, `${missing}-${name}`);
    writeFileSync(cut, whole.subarray(0, -missing));
    if (await isComplete(cut)) taken.push(missing);
  }
  expect(taken).toEqual([]);
});
