import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { fixturePath } from '../../support/images.ts';
import { Place, reasonsOf, totalsOf } from '../../support/uses.ts';

const NAMES = [1, 2, 3].map((page) => `scan_2x (tif)-${page}.jpg`);

function scanned(): Place {
  const place = new Place();
  place.file('in/scan.tif', readFileSync(fixturePath('pages.tif')));
  return place;
}

test.each([
  ['deleted', (file: string) => rmSync(file)],
  ['cut off', (file: string) => truncateSync(file, 40)],
  ['emptied', (file: string) => writeFileSync(file, '')],
])('a page whose file was %s is written again by the next run, which reports it', async (_what, spoil) => {
  const place = scanned();
  const args = ['-i', 'in', '-o', 'out', '-f', 'jpg'];
  await place.run(args);
  expect(place.files('out')).toEqual(NAMES);
  const whole = NAMES.map((name) => place.bytes(`out/${name}`));
  const other = place.file(`out/${NAMES[2]}`, place.bytes('out/scan_2x (tif)-1.jpg'));
  spoil(place.at('out', 'scan_2x (tif)-2.jpg'));
  const again = await place.run(args);
  expect([again.code, totalsOf(again)]).toEqual([0, expect.objectContaining({ done: 1, skipped: 0 })]);
  expect(again.text).toContain('scan_2x (tif)-2.jpg');
  expect([place.files('out'), place.bytes(`out/${NAMES[1]}`).equals(whole[1]!)]).toEqual([NAMES, true]);
  expect(readFileSync(other).equals(whole[0]!)).toBe(true);
  expect(reasonsOf(await place.run(args))).toEqual(['scan.tif: output-exists']);
});
