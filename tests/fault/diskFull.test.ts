import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fingerprintsOf } from '../support/crashRig.ts';
import { patternRaster, storedPixels, writePng } from '../support/images.ts';
import { finishedEvent, startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { Place, watchedOf } from '../support/uses.ts';

/** Whether a small disk can be made here. */
function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

function smallDisk(folder: string, megabytes: number): void {
  mkdirSync(folder);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
  });
}

test.skipIf(!canMount())(
  'on a full disk a batch waits, reports it, and continues by itself: nothing is cut short, and the inputs are untouched',
  async () => {
    const folder = temporaryFolder();
    const source = path.join(folder, 'in');
    mkdirSync(source);
    const inputs = Array.from({ length: 16 }, (_, index) =>
      writePng(
        path.join(source, `${index}.png`),
        patternRaster({ width: 800, height: 800, channels: 3, bitDepth: 8 }),
      ),
    );
    const before = fingerprintsOf(source);
    const output = path.join(folder, 'out');
    smallDisk(output, 8);
    const cli = startCli([
      ...['run', '-i', ...inputs, '-o', output, '-n', 'nearest', '-s', '2', '-f', 'png'],
      ...['--wait-for-space', '--json', '--data', path.join(folder, 'data')],
    ]);
    await cli.until('is full');
    execFileSync('mount', ['-o', 'remount,size=256m', output]);
    const result = await cli.finished;
    expect([result.code, finishedEvent(result).totals.done]).toEqual([0, inputs.length]);
    const names = readdirSync(output);
    expect(names).toHaveLength(inputs.length);
    expect(fingerprintsOf(source)).toEqual(before);
    for (const name of names) {
      expect((await storedPixels(path.join(output, name))).data.length).toBe(1600 * 1600 * 3);
    }
  },
);

test.skipIf(!canMount())('a full disk holds only the images whose results go to it', async () => {
  const place = new Place();
  smallDisk(place.at('full'), 1);
  for (const [index, name] of ['one/a.png', 'one/b.png', 'two/c.png', 'two/d.png'].entries())
    place.image(name, index);
  const first = await place.watch(['one', '-o', 'full']);
  expect([first.code, first.events]).toMatchObject([1, [{ type: 'queue-waits', kind: 'disk-full' }]]);
  const second = await place.watch(['two', '-o', 'out']);
  expect(second.code).toBe(1);
  expect(watchedOf(second).filter((line) => line.endsWith(': done'))).toEqual(['c.png: done', 'd.png: done']);
  expect(second.events).toContainEqual(expect.objectContaining({ type: 'queue-waits', kind: 'disk-full' }));
  execFileSync('mount', ['-o', 'remount,size=1g', place.at('full')]);
  expect(watchedOf(await place.watch(['one', '-o', 'full']))).toEqual(['a.png: done', 'b.png: done']);
});
