import {
  chmodSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { copySidecars } from '../../../../core/image/sidecars/copySidecars.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

const XMP =
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:ImageWidth="10" xmp:Rating="4"/></x:xmpmeta>';
const SIZE = { width: 20, height: 12 };
const FROM = { width: 10, height: 6 };

function setUp(sidecars: readonly string[]): { image: string; result: string; folder: string } {
  const folder = temporaryFolder();
  for (const name of sidecars) writeFileSync(path.join(folder, name), XMP);
  mkdirSync(path.join(folder, 'out'));
  return {
    image: path.join(folder, 'x.jpg'),
    result: path.join(folder, 'out', 'x_2x.jpg'),
    folder: path.join(folder, 'out'),
  };
}

test.each([
  ['x.jpg.xmp', 'x_2x.jpg.xmp'],
  ['x.xmp', 'x_2x.xmp'],
  ['x.jpg.XMP', 'x_2x.jpg.XMP'],
  ['x.XMP', 'x_2x.XMP'],
])('%s is copied as %s, with the new size', async (name, copy) => {
  const { image, result, folder } = setUp([name]);
  expect(await copySidecars(image, result, { size: SIZE, from: FROM, exists: 'skip' })).toEqual([]);
  const text = readFileSync(path.join(folder, copy), 'utf8');
  expect(text).toContain('tiff:ImageWidth="20"');
  expect(text).toContain('xmp:Rating="4"');
  expect(readdirSync(folder)).toEqual([copy]);
});

test('an existing sidecar is kept, unless results are overwritten', async () => {
  const { image, result, folder } = setUp(['x.xmp']);
  writeFileSync(path.join(folder, 'x_2x.xmp'), 'edited');
  await copySidecars(image, result, { size: SIZE, from: FROM, exists: 'rename' });
  expect(readFileSync(path.join(folder, 'x_2x.xmp'), 'utf8')).toBe('edited');
  await copySidecars(image, result, { size: SIZE, from: FROM, exists: 'overwrite' });
  expect(readFileSync(path.join(folder, 'x_2x.xmp'), 'utf8')).toContain('Rating');
});

test('an image without sidecars leaves nothing, and a failure is a sentence', async () => {
  const { image, result, folder } = setUp([]);
  expect(await copySidecars(image, result, { size: SIZE, from: FROM, exists: 'skip' })).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
  writeFileSync(`${image}.xmp`, XMP);
  const missing = path.join(folder, 'missing', 'y.jpg');
  expect(await copySidecars(image, missing, { size: SIZE, from: FROM, exists: 'skip' })).toHaveLength(1);
});

test('the sidecar of an original is never replaced by that of its result, not even with overwrite', async () => {
  const { image } = setUp(['x.xmp']);
  writeFileSync(image, 'an original');
  const result = image.replace('.jpg', '.png');
  writeFileSync(result, 'its result');
  await copySidecars(image, result, { size: SIZE, from: FROM, exists: 'overwrite' });
  expect(readFileSync(image.replace('.jpg', '.xmp'), 'utf8')).toBe(XMP);
});

test('leftovers of a crash do not block a sidecar, and are not deleted', async () => {
  const { image, result, folder } = setUp(['x.xmp']);
  writeFileSync(path.join(folder, 'x_2x.xmp.enlarger-part'), 'someone else');
  expect(await copySidecars(image, result, { size: SIZE, from: FROM, exists: 'skip' })).toEqual([]);
  expect(readdirSync(folder)).toEqual(['x_2x.xmp', 'x_2x.xmp.enlarger-part']);
});

test.skipIf(process.platform === 'win32')(
  'a private sidecar stays private, and a link is not followed',
  async () => {
    const { image, result, folder } = setUp(['x.xmp', 'secret']);
    chmodSync(path.join(path.dirname(image), 'x.xmp'), 0o600);
    symlinkSync(path.join(path.dirname(image), 'secret'), `${image}.xmp`);
    await copySidecars(image, result, { size: SIZE, from: FROM, exists: 'skip' });
    expect(readdirSync(folder)).toEqual(['x_2x.xmp']);
    expect(statSync(path.join(folder, 'x_2x.xmp')).mode & 0o777).toBe(0o600);
  },
);
