import { mkdirSync, rmSync, statSync, symlinkSync, utimesSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Place, watchedOf } from '../../support/uses.ts';

const MOVING = ['in', '-o', 'out', '--move-originals', 'done'];

test.each([{ more: [] }, { more: ['--exists', 'rename'] }, { more: ['--exists', 'overwrite'] }])(
  'a name that reappears after its original was moved is enlarged and moved: $more',
  async ({ more }) => {
    const place = new Place();
    const options = [...MOVING, ...more];
    place.image('in/scan.png', 1);
    await place.watch(options);
    place.image('in/scan.png', 2);
    const second = await place.watch(options);
    expect(watchedOf(second)).toContain('scan.png: done');
    expect([place.files('in'), place.files('done')]).toEqual([[], ['scan (2).png', 'scan.png']]);
  },
);

test('two images whose names differ only by extension both have a result', async () => {
  const place = new Place();
  place.image('in/x.png', 1);
  await place.watch([...MOVING, '-f', 'png']);
  place.file('in/x.webp', place.bytes('done/x.png'));
  place.image('in/X.png', 3);
  await place.watch([...MOVING, '-f', 'png']);
  expect([place.files('in'), place.files('out').length]).toEqual([[], 3]);
});

test('a wrong template is refused, and the corrected command does the work', async () => {
  const place = new Place();
  place.image('in/a.png');
  for (const name of ['{nmae}.{ext}', '../{name}.{ext}', '{name}'])
    expect((await place.watch(['in', '-o', 'out', '--name', name])).code).toBe(2);
  expect(watchedOf(await place.watch(['in', '-o', 'out', '--name', '{name}.{ext}']))).toEqual([
    'a.png: done',
  ]);
});

test('an image whose output could not be written is reported, and enlarged when it can be', async () => {
  const place = new Place();
  place.image('in/a.png');
  place.file('out', 'a file where the folder should be');
  for (let time = 0; time < 2; time++) {
    const failed = await place.watch(['in', '-o', 'out/deep']);
    expect([failed.code, watchedOf(failed)]).toEqual([1, ['a.png: failed']]);
  }
  rmSync(place.at('out'));
  expect(watchedOf(await place.watch(['in', '-o', 'out/deep']))).toEqual(['a.png: done']);
});

test.each([
  ['60% of it', (whole: Buffer) => whole.subarray(0, Math.floor(whole.length * 0.6))],
  ['all but its last byte', (whole: Buffer) => whole.subarray(0, -1)],
  [
    'its full size, with zeros for the end',
    (whole: Buffer) => Buffer.concat([whole.subarray(0, 60)], whole.length),
  ],
])('a file with %s is waited for', async (_what, cut) => {
  const place = new Place();
  place.image('whole.png', 4);
  const whole = place.bytes('whole.png');
  place.file('in/a.png', cut(whole));
  const early = await place.watch(['in', '-o', 'out']);
  expect([watchedOf(early), place.files('out')]).toEqual([['a.png: not-complete'], []]);
  place.file('in/a.png', whole);
  expect(watchedOf(await place.watch(['in', '-o', 'out']))).toEqual(['a.png: done']);
});

test('a copy under another name gets a separate result', async () => {
  const place = new Place();
  place.image('in/one.png');
  await place.watch(['in', '-o', 'out']);
  place.file('in/two.png', place.bytes('in/one.png'));
  await place.watch(['in', '-o', 'out']);
  expect(place.files('out')).toEqual(['one_2x.png', 'two_2x.png']);
});

test('a newer version is made, and neither of the two is lost', async () => {
  const place = new Place();
  place.image('in/a.png', 1);
  await place.watch(['in', '-o', 'out']);
  place.image('in/a.png', 2);
  await place.watch(['in', '-o', 'out']);
  expect(place.files('out')).toEqual(['a_2x (2).png', 'a_2x.png']);
  await place.watch(['in', '-o', 'out']);
  expect(place.files('out')).toHaveLength(2);
});

test('with other settings, existing images are enlarged again, and moved-back ones are recognised', async () => {
  const place = new Place();
  place.image('in/a.png', 1);
  await place.watch(MOVING);
  place.file('in/a.png', place.bytes('done/a.png'));
  rmSync(place.at('done', 'a.png'));
  await place.watch(MOVING);
  expect([place.files('in'), place.files('done'), place.files('out')]).toEqual([[], ['a.png'], ['a_2x.png']]);
  place.file('in/a.png', place.bytes('done/a.png'));
  await place.watch([...MOVING, '-s', '3']);
  expect(place.files('out')).toEqual(['a_2x.png', 'a_3x.png']);
});

test('a file that is not an image, a link and an old result are skipped with a line, every time', async () => {
  const place = new Place();
  place.image('in/a.png');
  place.file('in/notes.txt', 'words');
  if (process.platform !== 'win32') symlinkSync(place.at('in', 'a.png'), place.at('in', 'link.png'));
  await place.watch(['in', '-o', 'out']);
  place.file('in/result.png', place.bytes('out/a_2x.png'));
  for (let time = 0; time < 2; time++) {
    const again = watchedOf(await place.watch(['in', '-o', 'out']));
    expect(again).toContain('notes.txt: passed-over');
    expect(again).toContain('result.png: passed-over');
    if (process.platform !== 'win32') expect(again).toContain('link.png: passed-over');
  }
  expect(place.files('out')).toEqual(['a_2x.png']);
});

test('an image of an empty file, of a later time and in a folder named like an image', async () => {
  const place = new Place();
  place.file('in/empty.png', '');
  const later = new Date(Date.now() + 86_400_000);
  utimesSync(place.image('in/later.png', 1), later, later);
  mkdirSync(place.at('in', 'roll.jpg'));
  place.image('in/roll.jpg/b.png', 2);
  const end = await place.watch(['in', '-o', 'out']);
  expect(watchedOf(end)).toEqual(['b.png: done', 'empty.png: not-complete', 'later.png: done']);
  expect(place.files('out')).toEqual(['later_2x.png', 'roll.jpg/b_2x.png']);
  expect(statSync(place.at('out', 'later_2x.png')).mtime).toEqual(later);
});

test('an output inside the watched folder, by its name and by a link, feeds on nothing', async () => {
  const place = new Place();
  place.image('in/a.png');
  mkdirSync(place.at('in', 'results'));
  if (process.platform !== 'win32') symlinkSync(place.at('in', 'results'), place.at('way'));
  await place.watch(['in', '-o', 'in/results']);
  const again = await place.watch(['in', '-o', process.platform === 'win32' ? 'in/results' : 'way']);
  expect([place.files('in/results'), again.code]).toEqual([['a_2x.png'], 0]);
  expect((await place.watch(['in', '-o', 'in'])).code).toBe(2);
});
