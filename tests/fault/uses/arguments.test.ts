import { execFileSync, spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { Place, reasonsOf, totalsOf } from '../../support/uses.ts';

const PROGRAM = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));

test.each([
  ['an empty name', (out: string) => ['-o', out, '--name', '']],
  ['a name that is too long', (out: string) => ['-o', out, '--name', `${'x'.repeat(1_001)}.{ext}`]],
  ['an empty output', () => ['-o', '']],
  ['a name without an end', (out: string) => ['-o', out, '--name', '{name}']],
  ['a name with an unknown word', (out: string) => ['-o', out, '--name', '{names}.{ext}']],
  ['a name that leads away', (out: string) => ['-o', out, '--name', '../{name}.{ext}']],
])('%s is refused, nothing is remembered, and the next command works', async (_what, options) => {
  const place = new Place();
  const image = place.image('p.png');
  const refused = await place.run(['-i', image, ...options(place.at('out'))]);
  expect([refused.code, refused.text]).toEqual([2, expect.not.stringMatching(/ZodError|\n {4}at /)]);
  const listed = await place.command('jobs', 'list', '--json');
  expect([listed.code, listed.text]).toEqual([expect.any(Number), expect.not.stringContaining('Zod')]);
  expect(totalsOf(await place.run(['-i', image, '-o', place.at('out')]))).toMatchObject({ done: 1 });
});

test.each([
  ['-s', '0', 'scale'],
  ['-s', 'NaN', 'scale'],
  ['-s', '-2', 'scale'],
  ['-w', '0', 'width'],
  ['-q', '0', 'quality'],
  ['-q', '101', 'quality'],
  ['-j', '0', 'jobs'],
  ['-t', '0', 'tile'],
  ['--strength', '2', 'strength'],
  ['--max-megapixels', '0', 'max-megapixels'],
  ['--background', 'red', 'background'],
])('%s %s names the option', async (option, value, name) => {
  const place = new Place();
  const args = ['-i', place.image('p.png'), '-o', place.at('out'), '-f', 'jpg', option, value];
  const { code, text } = await place.command('run', '-n', 'nearest', ...args);
  expect([code, text]).toEqual([2, expect.stringContaining(name)]);
  expect(text).not.toMatch(/\?|ZodError|sizing|maxInput/);
});

test.each([
  ['run', '-i', 'https://example.org/a.jpg', '-o', 'out'],
  ['plan', '-i', 'https://example.org/a.jpg', '-o', 'out'],
  ['watch', 'https://example.org/photos', '-o', 'out', '--once'],
  ['serve', '--no-browser', '--open', 'https://example.org/photos'],
])('%s refuses an address', async (...args) => {
  const { code, text } = await new Place().command(...args);
  expect([code, text]).toEqual([2, expect.stringContaining('Download the images first')]);
});

test('an empty input is refused', async () => {
  const place = new Place();
  const { code, text } = await place.run(['-i', '', '-o', place.at('out')]);
  expect([code, text]).toEqual([2, expect.not.stringMatching(/\n {4}at /)]);
});

test.each([
  ['the template', (out: string) => ['-o', out, '--name', '{name}.webp'], 'out/p (png).webp', 'WEBP'],
  ['the output', (out: string) => ['-o', path.join(out, 'x.jpg')], 'out/x.jpg', '\xff\xd8'],
])('the format follows the name in %s', async (_what, options, made, head) => {
  const place = new Place();
  await place.run(['-i', place.image('p.png'), ...options(place.at('out'))]);
  expect(place.bytes(made).toString('latin1', 0, 16)).toContain(head);
});

test.each([
  { name: 'x.jpg', more: ['-f', 'webp'] },
  { name: 'photo.bmp', more: [] },
  { name: 'photo.heic', more: [] },
])(
  'an impossible output $name $more is refused, and no folder of that name is created',
  async ({ name, more }) => {
    const place = new Place();
    const args = ['-i', place.image('p.png'), '-o', place.at(name), ...more];
    expect([(await place.run(args)).code, place.files(name)]).toEqual([2, []]);
  },
);

test('an output whose path is too long is not writable', async () => {
  const place = new Place();
  const output = place.at(...Array.from({ length: 45 }, () => 'x'.repeat(100)));
  expect(reasonsOf(await place.run(['-i', place.image('p.png'), '-o', output]))).toEqual([
    'p.png: output/not-writable',
  ]);
});

test('a shell that expands a pattern to @name.png means that file', async () => {
  const place = new Place();
  place.image('@home.png');
  place.image('b.png', 3);
  const end = await place.run(['-i', '@home.png', 'b.png', '-o', 'out']);
  expect([end.code, place.files('out')]).toEqual([0, ['@home_2x.png', 'b_2x.png']]);
});

const utf16 = (text: string, isBig = false): Uint8Array => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return isBig ? bytes.swap16() : bytes;
};

test.each([
  ['plain', (text: string) => text],
  ['with the line ends of Windows', (text: string) => text.replaceAll('\n', '\r\n')],
  ['of PowerShell', (text: string) => utf16(text.replaceAll('\n', '\r\n'))],
  ['in UTF-16 of the other order', (text: string) => utf16(text, true)],
  ['with a mark at its start', (text: string) => `\ufeff${text}`],
  ['with quotes', (text: string) => text.replaceAll(/^(.+)$/gm, '"$1"')],
  ['of find -print0', (text: string) => text.replaceAll('\n', '\0')],
])('a list %s is read, from a file and from standard input', async (_what, write) => {
  const place = new Place();
  place.image('photos/#hash.png', 1);
  place.image('photos/with space.png', 2);
  place.image('photos/naïve 照片.png', 3);
  const names = ['photos/#hash.png', 'photos/with space.png', 'photos/naïve 照片.png'];
  const content = write(`${names.join('\n')}\n`);
  const list = place.file('list.txt', content);
  const fromFile = await place.run(['-i', `@${list}`, '-o', 'out']);
  const fromStream = await place.run(['-i', '-', '-o', 'out2'], content);
  for (const end of [fromFile, fromStream]) expect(totalsOf(end)).toMatchObject({ inputs: 3, done: 3 });
  expect(place.files('out2')).toEqual(place.files('out'));
});

test('missing files of a list are reported, once for each line, and relative paths are looked up next to the list', async () => {
  const place = new Place();
  place.image('album/a.png');
  const list = place.file('album/list.txt', '# a comment\n\na.png\nmissing.png\n');
  const end = await place.run(['-i', `@${list}`, '-o', 'out']);
  expect([end.code, totalsOf(end), reasonsOf(end)]).toEqual([
    1,
    expect.objectContaining({ inputs: 2, done: 1, failed: 1 }),
    ['missing.png: input/not-found'],
  ]);
});

test('a missing list is reported, and with an empty one nothing is done', async () => {
  const place = new Place();
  const missing = await place.run(['-i', '@missing.txt', '-o', 'out']);
  expect([missing.code, missing.text]).toEqual([1, expect.stringContaining('missing.txt')]);
  expect((await place.run(['-i', '-', '-o', 'out'], '\n# nothing\n')).code).toBe(4);
});

test('every input is reported in text as well', async () => {
  const place = new Place();
  place.image('in/a.png');
  place.file('in/notes.txt', 'words');
  place.file('in/bad.png', 'no image');
  const { code, text } = await place.command('run', '-n', 'nearest', '-i', 'in', '-o', 'out', '-v');
  expect(code).toBe(1);
  for (const name of ['a.png', 'notes.txt', 'bad.png']) expect(text).toContain(name);
});

test.skipIf(process.platform === 'win32').each([
  ['a named pipe', '@pipe'],
  ['standard input', '-'],
])('a list from %s that never comes can be cancelled', async (_what, input) => {
  const place = new Place();
  execFileSync('mkfifo', [place.at('pipe')]);
  for (const command of [['run'], ['run', '--dry-run'], ['plan']]) {
    const args = [...command, '-n', 'nearest', '-i', input, '-o', 'out', '--data', place.at('data')];
    const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: place.root });
    const ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        resolve(code ?? signal);
      });
    });
    await setTimeout(4_000);
    expect(child.exitCode).toBeNull();
    child.kill('SIGTERM');
    // Before there is anything to tidy up, the signal itself ends the program.
    expect([130, 'SIGTERM']).toContain(await ended);
  }
});

test.skipIf(process.platform === 'win32')('a list without an end is refused', async () => {
  const end = await new Place().run(['-i', '@/dev/zero', '-o', 'out']);
  expect([end.code, end.text]).toEqual([1, expect.stringContaining('input/too-large')]);
});
