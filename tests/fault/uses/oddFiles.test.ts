import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { DEFAULT_NAME_TEMPLATE } from '../../../core/api/batchSpec.ts';
import { DEFAULT_JOB_SETTINGS } from '../../../core/api/jobSettings.ts';
import { startCli } from '../../support/runCli.ts';
import { ServeClient } from '../../support/serveClient.ts';
import { Place, reasonsOf, totalsOf, watchedOf } from '../../support/uses.ts';

/** Names that some system, terminal or page treats in a special way. */
const ODD_NAMES = [
  ' .png',
  '.hidden.png',
  'trailing .png',
  'CON.png',
  'a:b.png',
  'tab\there.png',
  'esc\u001b[31m.png',
  '\u202egnp.png',
  '%00%2e%2e.png',
  '$(id)`id`.png',
];

/** What is not an image, or must not be opened: each with its reason for `run`. */
const NOT_IMAGES = {
  'empty.png': 'input/empty',
  'noise.jpg': 'image/unsupported-format',
  'pipe.png': 'input/not-a-file',
  'zero.png': 'input/not-a-file',
};

function oddPlace(): Place {
  const place = new Place();
  for (const [index, name] of ODD_NAMES.entries()) place.image(`in/${name}`, index);
  linkSync(place.at('in', ' .png'), place.at('in', 'twin.png'));
  place.file('in/empty.png', '');
  place.file('in/noise.jpg', Buffer.alloc(5_000, 0xa7));
  execFileSync('mkfifo', [place.at('in', 'pipe.png')]);
  symlinkSync('/dev/zero', place.at('in', 'zero.png'));
  return place;
}

const isPosix = process.platform !== 'win32';

test.runIf(isPosix)(
  'a folder of odd files: run reports each once, and no name controls the terminal',
  async () => {
    const place = oddPlace();
    const text = await place.command('run', '-n', 'nearest', '-s', '2', '-i', 'in', '-o', 'out', '-v');
    expect(text.code).toBe(1);
    // eslint-disable-next-line no-control-regex -- that is what must not come out
    expect(text.text).not.toMatch(/[\u001b\t\u202e]/);
    const again = await place.run(['-i', 'in', '-o', 'again']);
    const images = ODD_NAMES.length + 1;
    const others = Object.keys(NOT_IMAGES).length;
    expect(totalsOf(again)).toMatchObject({ inputs: images + others, done: images, failed: others });
    expect(reasonsOf(again).sort()).toEqual(
      Object.entries(NOT_IMAGES)
        .map((entry) => entry.join(': '))
        .sort(),
    );
    expect(place.files('again')).toEqual(place.files('out'));
    expect(place.files('out')).toHaveLength(images);
  },
);

test.runIf(isPosix)(
  'a folder of odd files: watch reports each at every look, and makes each once',
  async () => {
    const place = oddPlace();
    const first = watchedOf(await place.watch(['in', '-o', 'out']));
    expect(first.filter((line) => line.endsWith(': done'))).toHaveLength(ODD_NAMES.length + 1);
    const second = watchedOf(await place.watch(['in', '-o', 'out']));
    for (const name of Object.keys(NOT_IMAGES)) {
      expect(first.filter((line) => line.startsWith(`${name}: `))).toHaveLength(1);
      expect(second.filter((line) => line.startsWith(`${name}: `))).toHaveLength(1);
    }
    expect(second).toHaveLength(Object.keys(NOT_IMAGES).length);
    expect(place.files('out')).toHaveLength(ODD_NAMES.length + 1);
  },
);

test.runIf(isPosix)('a folder of odd files: a page enlarges them, and each has one outcome', async () => {
  const place = oddPlace();
  place.file('window/index.html', '<!doctype html>');
  symlinkSync(place.at('nowhere'), place.at('in', 'dead'));
  const args = ['serve', '--no-browser', '--data', 'data', '--open', 'in', '--window', 'window'];
  const cli = startCli(args, place.root);
  let link = '';
  cli.child.stdout?.on('data', (text: string) => (link += text));
  await cli.until('#t=');
  const client = await ServeClient.open(link.trim());
  const rootId = (await client.call('getProgramInfo')).roots[0]?.id;
  const addBatch = (relative: string) =>
    client.call('addBatch', {
      spec: {
        settings: { ...DEFAULT_JOB_SETTINGS, model: 'nearest', sizing: { kind: 'factor', factor: 2 } },
        sources: [{ kind: 'root', rootId, relative: '' }],
        destination: { kind: 'root', rootId, relative },
        exists: 'skip',
        nameTemplate: DEFAULT_NAME_TEMPLATE,
        recursive: true,
        include: [],
        exclude: [],
        report: { measure: false, formats: [] },
      },
      startNow: true,
    });
  const { batchId, inputs } = await addBatch('large');
  const countsOf = async () =>
    (await client.call('listBatches')).batches.find(({ id }) => id === batchId)?.counts;
  // All but `.hidden.png`: a page never makes a hidden file.
  const ended = { queued: 0, running: 0, cancelled: 0, done: ODD_NAMES.length };
  await expect.poll(countsOf, { timeout: 120_000 }).toMatchObject(ended);
  const { done = 0, skipped = 0, failed = 0 } = (await countsOf()) ?? {};
  expect([inputs, done + skipped + failed]).toEqual([inputs, inputs]);
  const { jobs } = await client.call('listJobs', { batchId, states: ['failed'], offset: 0, limit: 50 });
  expect(jobs).toHaveLength(failed);
  expect(jobs.map(({ name }) => name)).toEqual(expect.arrayContaining(['.hidden.png', 'empty.png']));
  // Through a link out of the opened folder, nothing is written.
  await addBatch('dead').catch(() => undefined);
  expect(existsSync(place.at('nowhere'))).toBe(false);
});

test('folders in odd relations are watched, or refused with their reason', async () => {
  const place = new Place();
  place.image('in/a.png', 1);
  place.image('in/sub/b.png', 2);
  const both = watchedOf(await place.watch(['in', 'in/sub', 'in', '-o', 'out']));
  expect(both).toEqual(['a.png: done', 'b.png: done', 'b.png: done']);
  expect(place.files('out')).toEqual(['a_2x.png', 'b_2x.png', 'sub/b_2x.png']);
  const file = await place.watch(['in/a.png', '-o', 'out']);
  expect([file.code, file.text]).toEqual([1, expect.stringContaining('a.png is not a folder')]);
});

test.runIf(isPosix)(
  'an output that is a link to nothing fails, and is written once its folder is there',
  async () => {
    const place = new Place();
    place.image('in/a.png', 1);
    symlinkSync(place.at('later'), place.at('out'));
    const failed = await place.watch(['in', '-o', 'out/album']);
    expect([failed.code, watchedOf(failed)]).toEqual([1, ['a.png: failed']]);
    mkdirSync(place.at('later'));
    expect(watchedOf(await place.watch(['in', '-o', 'out/album']))).toEqual(['a.png: done']);
    expect(place.files(path.join('later', 'album'))).toEqual(['a_2x.png']);
  },
);
