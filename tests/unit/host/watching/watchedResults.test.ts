import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fixturePath } from '../../../support/images.ts';
import {
  makePlace,
  preset,
  open,
  SETTINGS,
  results,
  ends,
  passedOver,
  withPolicy,
  watchingWith,
  drop,
} from './watchedPlace.ts';

const FIXTURES = ['rgb8.png', 'grey8.png', 'rgb16.png'];

test('with skip, a newer image of the same name gets a result under a free name', async () => {
  const place = makePlace();
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'scan.png');
  await results(place, 1);
  drop(place, 'grey8.png', 'scan.png');
  expect(await results(place, 2)).toEqual(['scan_2x (2).png', 'scan_2x.png']);
  await opened.close();
});

test('a newer image with the name of an original that was moved away is enlarged and moved, too', async () => {
  const place = makePlace();
  const done = path.join(place.watched, 'done');
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'), { moveOriginalsTo: done });
  for (const [index, fixture] of ['rgb8.png', 'grey8.png', 'rgb16.png'].entries()) {
    drop(place, fixture, 'scan.png');
    await results(place, index + 1);
    await expect.poll(() => readdirSync(done).length, { timeout: 20_000 }).toBe(index + 1);
    // It has both names for a moment, and would be written to under the old one.
    await expect
      .poll(() => existsSync(path.join(place.watched, 'scan.png')), { timeout: 20_000 })
      .toBe(false);
  }
  const hashOf = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
  const moved = readdirSync(done).map((name) => hashOf(path.join(done, name)));
  const dropped = ['rgb8.png', 'grey8.png', 'rgb16.png'].map((name) => hashOf(fixturePath(name)));
  expect(moved.sort()).toEqual(dropped.sort());
  await opened.close();
});

test('with overwrite, a newer version replaces its result, and another input never does', async () => {
  const place = makePlace();
  const format = { settings: { ...preset('').batch.settings, format: 'png' } };
  const opened = await watchingWith(place, withPolicy(place.out, 'overwrite', format));
  drop(place, 'grey8.png', 'x.png');
  await results(place, 1);
  const before = readFileSync(path.join(place.out, 'x_2x.png'));
  drop(place, 'rgb8.jpg', 'x.jpg');
  const names = await results(place, 2);
  expect(readFileSync(path.join(place.out, 'x_2x.png')).equals(before)).toBe(true);
  drop(place, 'rgb16.png', 'x.png');
  await expect
    .poll(() => readFileSync(path.join(place.out, 'x_2x.png')).equals(before), { timeout: 20_000 })
    .toBe(false);
  expect(await results(place, 2)).toEqual(names);
  await opened.close();
});

test('a copy under another name gets a separate result', async () => {
  const place = makePlace();
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'one.png');
  await results(place, 1);
  drop(place, 'rgb8.png', 'two.png');
  expect(await results(place, 2)).toEqual(['one_2x.png', 'two_2x.png']);
  await opened.close();
});

test('an original moves only when its own content has a complete result', async () => {
  const place = makePlace();
  const done = path.join(place.watched, 'done');
  const first = await watchingWith(place, withPolicy(place.out, 'skip'), { moveOriginalsTo: done });
  await first.host.api.pauseQueue({});
  drop(place, 'rgb8.png', 'scan.png');
  await expect.poll(() => ends(first), { timeout: 20_000 }).toEqual(['scan.png queued']);
  // Dropped again while the queue waits: the first job uses the file that exists when it starts.
  drop(place, 'grey8.png', 'scan.png');
  await expect.poll(() => ends(first), { timeout: 20_000 }).toEqual(['scan.png queued', 'scan.png queued']);
  await first.host.api.startQueue({});
  await expect.poll(() => readdirSync(done), { timeout: 20_000 }).toEqual(['scan.png']);
  expect(readFileSync(path.join(done, 'scan.png')).equals(readFileSync(fixturePath('grey8.png')))).toBe(true);
  expect(await results(place, 1)).toEqual(['scan_2x.png']);
  await first.close();
});

test('an original whose result is gone stays, and that is reported', async () => {
  const place = makePlace();
  const first = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'scan.png');
  await results(place, 1);
  await expect.poll(() => ends(first), { timeout: 20_000 }).toEqual(['scan.png done']);
  writeFileSync(path.join(place.out, 'scan_2x.png'), '');
  const done = path.join(place.watched, 'done');
  const [folder] = (await first.host.api.listWatchedFolders({})).folders;
  await first.host.api.updateWatchedFolder({ id: folder?.id ?? 0, moveOriginalsTo: done });
  await expect
    .poll(() => passedOver(first), { timeout: 20_000 })
    .toEqual([['scan.png', 'output/verification-failed']]);
  expect(existsSync(path.join(place.watched, 'scan.png'))).toBe(true);
  await first.close();
});

test('an original that was moved back is recognised by its result, or enlarged again if that is gone', async () => {
  const place = makePlace();
  const done = path.join(place.watched, 'done');
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'), { moveOriginalsTo: done });
  const [original, moved] = [path.join(place.watched, 'a.png'), path.join(done, 'a.png')];
  drop(place, 'rgb8.png', 'a.png');
  await expect.poll(() => existsSync(moved), { timeout: 20_000 }).toBe(true);
  renameSync(moved, original);
  await expect.poll(() => ends(opened), { timeout: 20_000 }).toEqual(['a.png done', 'a.png skipped']);
  await expect.poll(() => existsSync(moved), { timeout: 20_000 }).toBe(true);
  rmSync(path.join(place.out, 'a_2x.png'));
  renameSync(moved, original);
  expect(await results(place, 1)).toEqual(['a_2x.png']);
  await expect.poll(() => existsSync(moved), { timeout: 20_000 }).toBe(true);
  await opened.close();
});

test('with other settings, existing images are enlarged again', async () => {
  const place = makePlace();
  const first = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'a.png');
  await results(place, 1);
  await first.close();
  const settings = { ...preset('').batch.settings, sizing: { kind: 'factor', factor: 3 } as const };
  const second = await open(place);
  await second.host.api.savePreset(withPolicy(place.out, 'skip', { settings }));
  const [folder] = (await second.host.api.listWatchedFolders({})).folders;
  await second.host.api.updateWatchedFolder({ id: folder?.id ?? 0, paused: false });
  expect(await results(place, 2)).toEqual(['a_2x.png', 'a_3x.png']);
  await second.close();
});

test('an original with a result of an earlier request is enlarged again, and only then moved', async () => {
  const place = makePlace();
  const first = await watchingWith(place, withPolicy(place.out, 'skip'));
  for (const [index, name] of ['a.png', 'b.png', 'c.png'].entries()) drop(place, FIXTURES[index] ?? '', name);
  await results(place, 3);
  const { folders } = await first.host.api.listWatchedFolders({});
  const id = folders[0]?.id ?? 0;
  await first.host.api.updateWatchedFolder({ id, paused: true });
  await first.close();
  const [done, elsewhere] = ['done', 'elsewhere'].map((name) => path.join(place.data, '..', name)) as [
    string,
    string,
  ];
  const second = await open(place);
  await second.host.api.savePreset(withPolicy(elsewhere, 'skip'));
  await second.host.api.updateWatchedFolder({ id, paused: false, moveOriginalsTo: done });
  await expect
    .poll(() => (existsSync(done) ? readdirSync(done).sort() : []), { timeout: 20_000 })
    .toEqual(['a.png', 'b.png', 'c.png']);
  expect(readdirSync(elsewhere).sort()).toEqual(['a_2x.png', 'b_2x.png', 'c_2x.png']);
  await second.close();
});

test('an image that failed is tried again after a restart, and succeeds once the cause is gone', async () => {
  const place = makePlace();
  writeFileSync(place.out, 'a file in the place of the folder of results');
  const first = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'a.png');
  await expect.poll(() => ends(first), { timeout: 20_000 }).toEqual(['a.png failed']);
  await first.close();
  rmSync(place.out);
  const second = await open(place);
  expect(await results(place, 1)).toEqual(['a_2x.png']);
  await second.close();
});

test('a name template that cannot work is refused, and no image is marked as accepted', async () => {
  const place = makePlace();
  const opened = await open(place);
  drop(place, 'rgb8.png', 'a.png');
  await opened.host.api.savePreset(withPolicy(place.out, 'skip', { nameTemplate: '{nam}.{ext}' }));
  await expect(
    opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS }),
  ).rejects.toMatchObject({ code: 'usage/invalid-option' });
  await opened.host.api.savePreset(preset(place.out));
  await opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS });
  await opened.host.api.startQueue({});
  await results(place, 1);
  await opened.close();
});

test('a folder named like an image is mirrored as a folder', async () => {
  const place = makePlace();
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'));
  mkdirSync(path.join(place.watched, 'roll.png'));
  drop(place, 'rgb8.png', path.join('roll.png', 'a.png'));
  expect(await results(place, 2)).toEqual(['roll.png', path.join('roll.png', 'a_2x.png')]);
  await opened.close();
});

test('a path that was once a result is an image like any other when another image is there', async () => {
  const place = makePlace();
  const opened = await watchingWith(place, withPolicy(place.out, 'skip'));
  drop(place, 'rgb8.png', 'a.png');
  await results(place, 1);
  const result = path.join(place.out, 'a_2x.png');
  rmSync(result);
  const nested = await opened.host.api
    .addWatchedFolder({ folder: place.out, ...SETTINGS, presetId: 'q' })
    .catch(() => undefined);
  expect(nested).toBeUndefined();
  await opened.host.api.savePreset({ ...withPolicy(path.join(place.data, 'more'), 'skip'), id: 'q' });
  await opened.host.api.addWatchedFolder({ folder: place.out, ...SETTINGS, presetId: 'q' });
  copyFileSync(fixturePath('grey8.png'), result);
  await expect
    .poll(() => existsSync(path.join(place.data, 'more', 'a_2x_2x.png')), { timeout: 20_000 })
    .toBe(true);
  await opened.close();
});
