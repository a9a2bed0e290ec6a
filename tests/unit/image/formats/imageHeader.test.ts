import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { inspectImage } from '../../../../core/image/decode.ts';
import { readImageHeader } from '../../../../core/image/formats/imageHeader.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/', import.meta.url));
const OPTIONS = { colour: 'keep', maxPixels: 160e6 } as const;

const files = ['images', 'apng', 'heif'].flatMap((folder) =>
  readdirSync(path.join(FIXTURES, folder))
    .filter((name) => !name.endsWith('.py'))
    .map((name) => path.join(FIXTURES, folder, name)),
);

test.each(files.map((file) => [path.basename(file), file]))(
  'the header of %s agrees with its decoded image',
  async (_, file) => {
    const { format, size, frames } = await readImageHeader(file);
    const decoded = await inspectImage(readFileSync(file), format, OPTIONS);
    expect({ size, frames }).toEqual({ size: decoded.size, frames: decoded.pages });
  },
);

test('a truncated header has no size, and missing pixels do not matter', async () => {
  const folder = temporaryFolder();
  const whole = readFileSync(path.join(FIXTURES, 'images', 'rgb8.jpg'));
  const short = path.join(folder, 'short.jpg');
  writeFileSync(short, whole.subarray(0, 24));
  expect(await readImageHeader(short)).toEqual({ format: 'jpeg' });
  const headerOnly = path.join(folder, 'header.jpg');
  writeFileSync(headerOnly, whole.subarray(0, whole.indexOf(Buffer.from([0xff, 0xda])) + 4));
  expect((await readImageHeader(headerOnly)).size).toEqual(
    (await readImageHeader(path.join(FIXTURES, 'images', 'rgb8.jpg'))).size,
  );
});
