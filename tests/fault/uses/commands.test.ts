import { expect, test } from 'vitest';
import { batchReportSchema } from '../../../core/api/report.ts';
import { Place, totalsOf } from '../../support/uses.ts';

test.each([
  ['run', ['run', '--nothing']],
  ['run', ['--nothing']],
  ['plan', ['plan', '--nothing']],
  ['watch', ['watch', 'in', '-o', 'out', '--nothing']],
  ['watch', ['watch']],
  ['serve', ['serve', '--nothing']],
  ['models add', ['models', 'add']],
  ['models list', ['models', '--nothing']],
  ['jobs show', ['jobs', 'show']],
  ['jobs list', ['jobs', 'list', '--nothing']],
  ['metrics', ['metrics', 'a.png']],
  ['doctor', ['doctor', '--nothing']],
])('a wrong use of %s names its own help: %j', async (command, args) => {
  const { code, text } = await new Place().command(...args);
  expect([code, text]).toEqual([
    2,
    expect.stringContaining(`(see enlarger ${command} --help for all options)`),
  ]);
});

test.each([
  ['run', (place: Place) => place.run(['-i', 'in', '-o', 'out', '-n', 'nothere'])],
  ['run --dry-run', (place: Place) => place.run(['-i', 'in', '-o', 'out', '-n', 'nothere', '--dry-run'])],
  ['run --first', (place: Place) => place.run(['-i', 'in', '-o', 'out', '--first', 'nothere'])],
  ['plan', (place: Place) => place.command('plan', '-i', 'in', '-o', 'out', '-n', 'nothere')],
  ['watch', (place: Place) => place.watch(['in', '-o', 'out', '-n', 'nothere'])],
  ['models show', (place: Place) => place.command('models', 'show', 'nothere')],
  ['models verify', (place: Place) => place.command('models', 'verify', 'nothere')],
  ['models remove', (place: Place) => place.command('models', 'remove', 'nothere')],
])('a missing model makes %s a usage error, and nothing is stored', async (_what, use) => {
  const place = new Place();
  place.image('in/a.png');
  const { code, text } = await use(place);
  expect([code, text]).toEqual([2, expect.stringMatching(/"?nothere"?.*\[model\/not-found\]/)]);
  expect(place.files('out')).toEqual([]);
  const listed = await place.command('jobs', 'list');
  expect([listed.code, listed.text]).toEqual([0, expect.stringContaining('no jobs')]);
});

test.each([
  ['a network without strength', ['-n', 'fast', '--strength', '0.5']],
  ['a first network that enlarges', ['--first', 'fast-x4']],
])('%s is refused before any work', async (_what, options) => {
  const place = new Place();
  const end = await place.run(['-i', place.image('a.png'), '-o', 'out', ...options]);
  expect([end.code, end.events]).toEqual([2, []]);
});

test.each([
  ['run', '-i', 'a.png', '-o', 'out'],
  ['plan', '-i', 'a.png', '-o', 'out'],
  ['watch', 'in', '-o', 'out', '--once'],
  ['serve', '--no-browser', '--port', '0'],
  ['jobs', 'list'],
  ['models', 'list'],
  ['doctor'],
])('%s refuses a data folder that is not a path on this machine', async (...args) => {
  const place = new Place();
  place.image('in/a.png');
  for (const data of ['smb://nas/data', '~/data', '']) {
    const { code, text } = await place.command(...args, '--data', data);
    expect([code, text]).toEqual([2, expect.stringMatching(/--data must .*was given/)]);
  }
  expect(place.files('.').filter((name) => !name.startsWith('data/'))).toEqual(['in/a.png']);
});

test.each([
  ['--batch', ['list', '--batch', 'x']],
  ['--limit', ['list', '--limit', '0']],
  ['--state', ['list', '--state', 'finished']],
  ["A job's number", ['show', 'x']],
  ["A job's number", ['cancel', '-1']],
])('jobs names what is wrong: %s', async (name, args) => {
  const { code, text } = await new Place().command('jobs', ...args);
  expect([code, text]).toEqual([2, expect.stringContaining(name)]);
  expect(text).not.toMatch(/NaN|✖|→/);
});

/** Cells of a line in which those in quotes may contain commas. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell = '']) => cell);
}

test('reports have an entry for every input', async () => {
  const place = new Place();
  place.image('in/done.png');
  await place.run(['-i', 'in', '-o', 'out']);
  place.image('in/new.png', 2);
  place.file('in/bad.png', 'no image');
  place.file('in/notes.txt', 'words');
  const reports = ['r.csv', 'r.json', 'r.html'].flatMap((name) => ['--report', place.at(name)]);
  const end = await place.run(['-i', 'in', 'missing.png', '-o', 'out', ...reports]);
  expect(totalsOf(end)).toMatchObject({ inputs: 5, done: 1, skipped: 2, failed: 2 });
  const [header = [], ...rows] = place.bytes('r.csv').toString().trimEnd().split('\r\n').map(cellsOf);
  const [state, cause] = ['state', 'cause'].map((name) => header.indexOf(name)) as [number, number];
  expect(rows.map((row) => `${row[state]} ${row[cause]}`).sort()).toEqual([
    'done ',
    'failed image/unsupported-format',
    'failed input/not-found',
    expect.stringContaining('skipped not-a-'),
    'skipped output-exists',
  ]);
  const report = batchReportSchema.parse(JSON.parse(place.bytes('r.json').toString()));
  const { pictures: images, failures, others } = report;
  expect([images.length, failures.length, others.length]).toEqual([1, 2, 2]);
  for (const name of ['done.png', 'new_2x.png', 'bad.png', 'notes.txt', 'missing.png'])
    expect(place.bytes('r.html').toString()).toContain(name);
});
