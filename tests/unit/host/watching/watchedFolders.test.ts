import { copyFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fixturePath } from '../../../support/images.ts';
import { type Place, makePlace, preset, open, SETTINGS, results, watching } from './watchedPlace.ts';

test('images are enlarged into mirrored folders, once, even after a restart', async () => {
  const place = makePlace();
  const first = await watching(place);
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'sub', 'a.png'));
  expect(await results(place, 1)).toEqual([path.join('sub', 'a_2x.png')]);
  await first.close();
  const second = await open(place);
  copyFileSync(fixturePath('grey8.png'), path.join(place.watched, 'b.png'));
  await results(place, 2);
  const { folders } = await second.host.api.listWatchedFolders({});
  expect(folders).toMatchObject([{ taken: 2, state: { kind: 'watching' }, passedOver: [] }]);
  await second.close();
});

test('existing images are ignored on request, even after a restart', async () => {
  const place = makePlace();
  copyFileSync(fixturePath('grey8.png'), path.join(place.watched, 'old.png'));
  copyFileSync(fixturePath('grey8.png'), path.join(place.watched, 'sub', 'old.png'));
  const first = await watching(place, { leaveExisting: true });
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'new.png'));
  expect(await results(place, 1)).toEqual(['new_2x.png']);
  await first.close();
  const second = await open(place);
  const [folder] = (await second.host.api.listWatchedFolders({})).folders;
  // Other settings do not make an old image a new one.
  await second.host.api.savePreset({ ...preset(place.out), id: 'q' });
  await second.host.api.updateWatchedFolder({ id: folder?.id ?? 0, presetId: 'q' });
  // An image that is saved again is new.
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'sub', 'old.png'));
  expect(await results(place, 2)).toEqual(['new_2x.png', path.join('sub', 'old_2x.png')]);
  await second.close();
});

test('images of a folder are counted before it is watched, by its patterns and without own results', async () => {
  const place = makePlace();
  const opened = await watching(place);
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'a.png'));
  await results(place, 1);
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'sub', 'b.png'));
  writeFileSync(path.join(place.watched, 'notes.txt'), 'no image');
  const count = async (folder: string, more: object = {}): Promise<number> => {
    const fields = { folder, recursive: true, include: [], exclude: [] };
    return (await opened.host.api.countFolderImages({ ...fields, ...more })).images;
  };
  expect(await count(place.watched)).toBe(2);
  expect(await count(place.watched, { recursive: false })).toBe(1);
  expect(await count(place.watched, { exclude: ['sub/**'] })).toBe(1);
  expect(await count(path.dirname(place.watched))).toBe(2);
  expect(await count(place.out)).toBe(1);
  await expect(count(path.join(place.watched, 'missing'))).rejects.toMatchObject({
    code: 'watch/unreachable',
  });
  await opened.close();
});

test('results next to their originals are not reported as skipped', async () => {
  const place = makePlace();
  const opened = await open(place);
  const beside = preset(place.out);
  await opened.host.api.savePreset({
    ...beside,
    batch: { ...beside.batch, destination: { kind: 'beside', folderName: 'enlarged' } },
  });
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'sub', 'a.png'));
  await opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS });
  await opened.host.api.startQueue({});
  const made = path.join(place.watched, 'sub', 'enlarged', 'a_2x.png');
  await expect.poll(() => existsSync(made), { timeout: 20_000 }).toBe(true);
  copyFileSync(fixturePath('grey8.png'), path.join(place.watched, 'b.png'));
  const second = path.join(place.watched, 'enlarged', 'b_2x.png');
  await expect.poll(() => existsSync(second), { timeout: 20_000 }).toBe(true);
  const { folders } = await opened.host.api.listWatchedFolders({});
  expect(folders).toMatchObject([{ taken: 2, passedOver: [] }]);
  await opened.close();
});

test('originals move away once their results exist', async () => {
  const place = makePlace();
  const done = path.join(place.watched, 'done');
  const opened = await watching(place, { moveOriginalsTo: done });
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'sub', 'a.png'));
  await results(place, 1);
  await expect.poll(() => existsSync(path.join(done, 'sub', 'a.png'))).toBe(true);
  await expect.poll(() => readdirSync(path.join(place.watched, 'sub'))).toEqual([]);
  await opened.close();
});

test('a result that reappears under another name is recognised and not enlarged again', async () => {
  const place = makePlace();
  const opened = await watching(place);
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'a.png'));
  const [made = ''] = await results(place, 1);
  copyFileSync(path.join(place.out, made), path.join(place.watched, 'renamed.png'));
  const passedOver = async (): Promise<unknown> =>
    (await opened.host.api.listWatchedFolders({})).folders[0]?.passedOver;
  await expect
    .poll(passedOver, { timeout: 20_000 })
    .toMatchObject([{ name: 'renamed.png', error: { code: 'watch/own-result' } }]);
  await results(place, 1);
  await opened.close();
});

test('results of another folder are images like any other, but are never returned to it', async () => {
  const place = makePlace();
  const opened = await watching(place);
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'a.png'));
  await results(place, 1);
  await opened.host.api.savePreset({ ...preset(path.join(place.watched, 'sub')), id: 'back' });
  await opened.host.api.addWatchedFolder({ folder: place.out, ...SETTINGS, presetId: 'back' });
  const skipped = async (): Promise<unknown> =>
    (await opened.host.api.listWatchedFolders({})).folders.flatMap(({ passedOver }) => passedOver);
  const back = path.join('sub', 'a_2x_2x.png');
  await expect.poll(() => existsSync(path.join(place.watched, back)), { timeout: 20_000 }).toBe(true);
  copyFileSync(path.join(place.watched, back), path.join(place.watched, 'renamed.png'));
  await expect
    .poll(skipped, { timeout: 20_000 })
    .toMatchObject([{ name: 'renamed.png', error: { code: 'watch/own-result' } }]);
  expect(await results(place, 1)).toEqual(['a_2x.png']);
  await opened.close();
});

test.each([
  ['the watched folder itself', (place: Place) => place.watched],
  ['a folder around it', (place: Place) => path.dirname(place.watched)],
])('results into %s are refused, and nothing is watched then', async (_, out) => {
  const place = makePlace();
  const opened = await open(place);
  await opened.host.api.savePreset(preset(out(place)));
  await expect(
    opened.host.api.addWatchedFolder({ folder: place.watched, ...SETTINGS }),
  ).rejects.toMatchObject({ code: 'watch/feeds-itself' });
  expect((await opened.host.api.listWatchedFolders({})).folders).toEqual([]);
  await opened.close();
});

test('a paused folder accepts nothing until it is resumed', async () => {
  const place = makePlace();
  const opened = await watching(place, { paused: true });
  const { api } = opened.host;
  copyFileSync(fixturePath('rgb8.png'), path.join(place.watched, 'a.png'));
  const [folder] = (await api.listWatchedFolders({})).folders;
  expect(folder).toMatchObject({ state: { kind: 'paused' }, taken: 0 });
  await api.updateWatchedFolder({ id: folder?.id ?? 0, paused: false });
  await results(place, 1);
  await opened.close();
});

test('a folder whose preset was deleted reports it', async () => {
  const place = makePlace();
  const first = await watching(place);
  await first.host.api.deletePreset({ presetId: 'p' });
  await first.close();
  const second = await open(place);
  const state = async (): Promise<unknown> =>
    (await second.host.api.listWatchedFolders({})).folders[0]?.state;
  await expect.poll(state).toMatchObject({ kind: 'unreachable', error: { code: 'preset/not-found' } });
  await second.close();
});

test('a file that is not an image is reported by name', async () => {
  const place = makePlace();
  const opened = await watching(place);
  writeFileSync(path.join(place.watched, 'notes.txt'), 'words');
  const names = async (): Promise<unknown> =>
    (await opened.host.api.listWatchedFolders({})).folders[0]?.passedOver.map(({ name }) => name);
  await expect.poll(names, { timeout: 20_000 }).toEqual(['notes.txt']);
  await opened.close();
});
