import { chmodSync, existsSync, mkdirSync, statSync, symlinkSync, truncateSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { storedPixels, writePng } from '../../support/images.ts';
import { Place, reasonsOf, totalsOf } from '../../support/uses.ts';

test('names do not depend on other files, or on order', async () => {
  const place = new Place();
  place.image('in/x.png', 1);
  const args = ['-i', 'in', '-o', 'out', '-f', 'png'];
  await place.run(args);
  place.image('in/x.webp.png', 2);
  place.image('in/sub/x.png', 3);
  place.file('in/X.jpg', place.bytes('in/x.png'));
  const end = await place.run(args);
  expect([totalsOf(end), reasonsOf(end)]).toEqual([
    expect.objectContaining({ inputs: 4, done: 3, skipped: 1 }),
    ['x.png: output-exists'],
  ]);
  expect(totalsOf(await place.run(args))).toMatchObject({ done: 0, skipped: 4 });
});

test.each(['{name}.{ext}', '{size}/{name}.png', 'same.{ext}'])(
  'a template that flattens: %s',
  async (name) => {
    const place = new Place();
    place.image('in/one/a.png', 1);
    const args = ['-i', 'in', '-o', 'out', '--name', name];
    await place.run(args);
    place.image('in/two/a.png', 2);
    place.image('in/b.png', 3);
    expect(totalsOf(await place.run(args))).toMatchObject({ inputs: 3, done: 2, skipped: 1 });
    expect(place.files('out')).toHaveLength(3);
    expect(totalsOf(await place.run(args))).toMatchObject({ done: 0 });
  },
);

test.skipIf(process.platform === 'win32')('an output that is reached by a link is not searched', async () => {
  const place = new Place();
  place.image('in/a.png');
  mkdirSync(place.at('results'));
  symlinkSync(place.at('results'), place.at('in', 'out'));
  for (const output of ['in/out', 'results']) {
    const end = await place.run(['-i', 'in', '-o', output]);
    expect(totalsOf(end)).toMatchObject({ inputs: 1 });
  }
  expect(place.files('results')).toEqual(['a_2x.png']);
});

test('results inside the input, at another size and under another name, are not enlarged again', async () => {
  const place = new Place();
  place.image('in/a.png');
  await place.run(['-i', 'in', '-o', 'in']);
  place.file('in/holiday.png', place.bytes('in/a_2x.png'));
  const end = await place.run(['-i', 'in', '-o', 'in', '-s', '3']);
  expect([place.files('in'), totalsOf(end)]).toEqual([
    ['a.png', 'a_2x.png', 'a_3x.png', 'holiday.png'],
    expect.objectContaining({ inputs: 3, done: 1, skipped: 2 }),
  ]);
});

const IGNORED = [
  ...[
    '.Trashes',
    '$RECYCLE.BIN',
    '.Trash-1000',
    '@eaDir',
    '.thumbnails',
    '#recycle',
    '__MACOSX',
    'lost+found',
  ].map((name) => `${name}/a.png`),
  ...['~$x.png', 'x.png.crdownload', 'x.png~', '._x.png', 'x.png.part', '.~lock.png', '.syncthing.x.png.tmp'],
];

test('trash, thumbnails and unfinished files are ignored by run and by watch', async () => {
  const place = new Place();
  place.image('in/good.png');
  for (const [index, name] of IGNORED.entries()) place.image(`in/${name}`, index);
  expect(totalsOf(await place.run(['-i', 'in', '-o', 'out']))).toMatchObject({ inputs: 1, done: 1 });
  await place.watch(['in', '-o', 'out2']);
  expect([place.files('out'), place.files('out2')]).toEqual([['good_2x.png'], ['good_2x.png']]);
});

test('a folder that is named like an image is a folder, as input and as output', async () => {
  const place = new Place();
  place.image('in/roll.png/a.png');
  mkdirSync(place.at('photo.png'));
  await place.run(['-i', 'in', '-o', 'photo.png']);
  await place.run(['-i', 'in/roll.png', '-o', 'new.jpg/']);
  expect([place.files('photo.png'), place.files('new.jpg')]).toEqual([['roll.png/a_2x.png'], ['a_2x.png']]);
});

test.skipIf(process.platform === 'win32')(
  'links to folders, broken links and cycles of links are reported',
  async () => {
    const place = new Place();
    place.image('in/a.png');
    symlinkSync(place.at('in'), place.at('in', 'circle'));
    symlinkSync(place.at('gone.png'), place.at('in', 'dead.png'));
    const end = await place.run(['-i', 'in', '-o', 'out']);
    expect([totalsOf(end), reasonsOf(end).sort()]).toEqual([
      expect.objectContaining({ inputs: 3, done: 1 }),
      ['circle: linked-folder', 'dead.png: input/not-found'],
    ]);
  },
);

test.skipIf(process.platform === 'win32')(
  'an output or input that a link leads nowhere, or in a circle, is named as that, also by a dry run and a plan',
  async () => {
    const place = new Place();
    place.image('a.png');
    symlinkSync('two', place.at('one'));
    symlinkSync('one', place.at('two'));
    symlinkSync(place.at('gone'), place.at('dead'));
    place.file('file', '');
    const outputs = { dead: 'leads nowhere', 'one/out': 'circle', 'file/out': 'is a file' };
    for (const [output, words] of Object.entries(outputs)) {
      for (const command of [['run'], ['run', '--dry-run'], ['plan']]) {
        const args = [
          '-n',
          'nearest',
          '-s',
          '2',
          '-i',
          'a.png',
          '-o',
          output,
          '--name',
          'x/{name}.png',
          '--json',
        ];
        const { code, text } = await place.command(...command, ...args);
        expect([output, code, text]).toEqual([output, 1, expect.stringContaining(words)]);
        expect(text).toContain('"code":"output/not-writable"');
      }
    }
    expect(reasonsOf(await place.run(['-i', 'one', '-o', 'out']))).toEqual(['one: input/unreadable']);
  },
);

test.each([
  ['empty', 0],
  ['cut off', 30],
])('a result that is %s is replaced', async (_what, sizeBytes) => {
  const place = new Place();
  place.image('in/a.png');
  await place.run(['-i', 'in', '-o', 'out']);
  const whole = place.bytes('out/a_2x.png');
  truncateSync(place.at('out', 'a_2x.png'), sizeBytes);
  expect(totalsOf(await place.run(['-i', 'in', '-o', 'out']))).toMatchObject({ done: 1 });
  expect([place.files('out'), place.bytes('out/a_2x.png').equals(whole)]).toEqual([['a_2x.png'], true]);
});

test('a source that is newer than its result is reported, and a list of every ending adds up', async () => {
  const place = new Place();
  for (const name of ['new.png', 'old.png', 'later.png']) place.image(`in/${name}`, name.length);
  await place.run(['-i', 'in/old.png', 'in/later.png', '-o', 'out']);
  place.image('in/later.png', 7);
  utimesSync(place.at('in', 'later.png'), new Date(), new Date(Date.now() + 3_600_000));
  place.file('in/empty.png', '');
  place.file('in/words.txt', 'words');
  const end = await place.run(['-i', 'in', 'missing.png', '-o', 'out']);
  expect(totalsOf(end)).toEqual({ inputs: 6, done: 1, skipped: 3, failed: 2, cancelled: 0, planned: 0 });
  expect(reasonsOf(end)).toContain('later.png: output-outdated');
});

test.each([
  ['of 251 bytes', `${'n'.repeat(247)}.png`],
  ['of 250 bytes in three-byte letters', `${'照'.repeat(82)}.png`],
  ['with a line break', 'two\nlines.png'],
  ['with quotes and a percent sign', `it's "100%".png`],
  ['that ends in dots', 'a...png'],
  ['that begins with a dash', '-rf.png'],
  ['of two forms of é', 'cafe\u0301.png'],
])('a name %s gets its result and its report', async (_what, name) => {
  if (process.platform === 'win32' && /["\n]/.test(name)) return;
  const place = new Place();
  place.image(`in/${name}`);
  const end = await place.run(['-i', 'in', '-o', 'out', '--report-each', '--report', place.at('all.csv')]);
  expect([end.code, totalsOf(end)]).toEqual([0, expect.objectContaining({ done: 1 })]);
  const made = place.files('out');
  expect([made.length, made.filter((each) => each.endsWith('.report.json')).length]).toEqual([2, 1]);
  expect((await place.run(['-i', 'in', '-o', 'out'])).events.at(-1)).toMatchObject({ totals: { done: 0 } });
});

test('a time of 1962 is kept', async () => {
  const place = new Place();
  const time = new Date('1962-03-04T05:06:07Z');
  utimesSync(place.image('in/a.png'), time, time);
  await place.run(['-i', 'in', '-o', 'out']);
  expect(statSync(place.at('out', 'a_2x.png')).mtime).toEqual(time);
});

test('a single pixel keeps its colour, even with a network', async () => {
  const place = new Place();
  const input = writePng(place.at('red.png'), {
    width: 1,
    height: 1,
    channels: 3,
    data: new Uint8Array([255, 0, 9]),
  });
  await place.run(['-i', input, '-o', 'red4.png', '-n', 'fast', '-s', '4']);
  const { data } = await storedPixels(place.at('red4.png'));
  expect(
    new Set(Array.from({ length: 16 }, (_, pixel) => data.subarray(pixel * 3, pixel * 3 + 3).join(' '))),
  ).toEqual(new Set(['255 0 9']));
});

test('an original is never written to, whatever the name of the output is', async () => {
  const place = new Place();
  const image = place.image('in/a.png');
  const before = place.bytes('in/a.png');
  for (const exists of ['overwrite', 'rename', 'skip', 'error']) {
    await place.run(['-i', image, '-o', image, '--exists', exists]);
    await place.run(['-i', 'in', '-o', 'in', '--name', '{name}.{ext}', '--exists', exists]);
    expect(place.bytes('in/a.png').equals(before)).toBe(true);
  }
});

test.skipIf(process.platform === 'win32')('a private image has a private result', async () => {
  const place = new Place();
  chmodSync(place.image('in/a.png'), 0o600);
  await place.run(['-i', 'in', '-o', 'out']);
  expect(statSync(place.at('out', 'a_2x.png')).mode & 0o777).toBe(0o600);
  expect(statSync(place.at('data')).mode & 0o777).toBe(0o700);
  expect(existsSync(path.join(place.at('data'), 'enlarger.db'))).toBe(true);
});
