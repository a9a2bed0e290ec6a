import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMountExfat, ExfatVolume } from '../support/exfatVolume.ts';
import { canInject, killAtSyscalls } from '../support/killAtSyscall.ts';
import { filesBelow } from '../support/runCli.ts';
import { Place, totalsOf, watchedOf } from '../support/uses.ts';

/** A place with its own images, and folders on an exFAT volume. */
function placeOnExfat(): { place: Place; volume: ExfatVolume; at: (...names: string[]) => string } {
  const volume = new ExfatVolume();
  const place = new Place();
  for (const [index, name] of ['in/a.png', 'in/A.png', 'in/b.png'].entries()) place.image(name, index);
  return { place, volume, at: (...names) => path.join(volume.folder, ...names) };
}

describe.skipIf(!canMountExfat())('on an exFAT volume', () => {
  test('a batch is made once, names that differ in case both have a result, and overwriting replaces its own', async () => {
    const { place, volume, at } = placeOnExfat();
    const args = ['-i', 'in', '-o', at('out')];
    expect(totalsOf(await place.run(args))).toMatchObject({ inputs: 3, done: 3 });
    const made = filesBelow(at('out'));
    expect(made).toHaveLength(3);
    volume.remount();
    expect(totalsOf(await place.run(args))).toMatchObject({ done: 0, skipped: 3 });
    expect(totalsOf(await place.run([...args, '--exists', 'overwrite']))).toMatchObject({ done: 3 });
    expect(filesBelow(at('out'))).toEqual(made);
    place.file('strange.png', 'not a result');
    writeFileSync(at('out', 'b_2x.png'), 'of another program');
    await place.run([...args, '--exists', 'rename']);
    expect(readFileSync(at('out', 'b_2x.png'), 'utf8')).toBe('of another program');
  });

  test('an original is not overwritten by any spelling of its name', async () => {
    const { place, at } = placeOnExfat();
    mkdirSync(at('in'));
    copyFileSync(place.at('in', 'b.png'), at('in', 'b.png'));
    const before = readFileSync(at('in', 'b.png'));
    for (const exists of ['overwrite', 'rename', 'skip', 'error']) {
      await place.run(['-i', at('in', 'b.png'), '-o', at('in', 'B.PNG'), '--exists', exists]);
      await place.run(['-i', at('in'), '-o', at('IN'), '--name', '{name}.{ext}', '--exists', exists]);
      expect(readFileSync(at('in', 'b.png')).equals(before)).toBe(true);
    }
  });

  test('a watched folder makes each image once, also after the volume was taken out, and moves originals', async () => {
    const { place, volume, at } = placeOnExfat();
    mkdirSync(at('in'));
    copyFileSync(place.at('in', 'a.png'), at('in', 'a.png'));
    copyFileSync(place.at('in', 'b.png'), at('in', 'b.png'));
    const args = [at('in'), '-o', at('out')];
    expect(watchedOf(await place.watch(args))).toEqual(['a.png: done', 'b.png: done']);
    volume.remount();
    await place.watch(args);
    expect(filesBelow(at('out'))).toEqual(['a_2x.png', 'b_2x.png']);
    copyFileSync(place.at('in', 'A.png'), at('in', 'b.png'));
    await place.watch(args);
    expect(filesBelow(at('out'))).toEqual(['a_2x.png', 'b_2x (2).png', 'b_2x.png']);
    await place.watch([...args, '--move-originals', at('done')]);
    expect([filesBelow(at('in')), filesBelow(at('done'))]).toEqual([[], ['a.png', 'b.png']]);
  });

  test.skipIf(!canInject())(
    'killed between claim and rename, a batch is resumed: nothing lost, twice or half done',
    async () => {
      const report = await killAtSyscalls('rename', { output: new ExfatVolume().folder });
      expect(report.problems).toEqual([]);
      expect(report.kills).toBeGreaterThan(2);
    },
  );
});
