import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fingerprintsOf } from '../support/crashRig.ts';
import { patternRaster, writePng } from '../support/images.ts';
import { filesBelow, finishedEvent, startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';
import { Place, totalsOf } from '../support/uses.ts';

function canMount(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

function mount(folder: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', folder]);
}

function unmount(folder: string): void {
  execFileSync('umount', ['-l', folder]);
}

test.skipIf(!canMount())(
  'when the volume of the results is unmounted, a batch waits, reports it, writes nothing below, and continues',
  async () => {
    const folder = temporaryFolder();
    const [source, output] = [path.join(folder, 'in'), path.join(folder, 'volume')];
    mkdirSync(source);
    mkdirSync(output);
    const raster = patternRaster({ width: 300, height: 300, channels: 3, bitDepth: 8 });
    for (let index = 0; index < 30; index++) writePng(path.join(source, `${index}.png`), raster);
    const before = fingerprintsOf(source);
    mount(output);
    onTestFinished(() => {
      unmount(output);
    });
    const cli = startCli([
      ...['run', '-i', source, '-o', path.join(output, 'album'), '-n', 'nearest', '-s', '2', '-j', '1'],
      ...['--no-measure', '--json', '--data', path.join(folder, 'data')],
    ]);
    await cli.until('"job-done"');
    unmount(output);
    await cli.until('was unmounted');
    expect(readdirSync(output)).toEqual([]);
    mount(output);
    const result = await cli.finished;
    expect([result.code, finishedEvent(result).totals]).toMatchObject([0, { inputs: 30, done: 30 }]);
    expect(fingerprintsOf(source)).toEqual(before);
    const names = readdirSync(path.join(output, 'album'));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !/^\d+_2x\.png$/.test(name))).toEqual([]);
  },
);

test.skipIf(!canMount())(
  'when the volume is not mounted at the next start, that is reported, and nothing is written below its mount point',
  async () => {
    const place = new Place();
    const volume = place.at('volume');
    mkdirSync(path.join(volume, 'album'), { recursive: true });
    mount(volume);
    place.image('in/a.png', 1);
    const args = ['-o', path.join(volume, 'album')];
    expect(totalsOf(await place.run(['-i', 'in', ...args]))).toMatchObject({ done: 1 });
    unmount(volume);
    place.image('in/b.png', 2);
    const reports = ['--report', path.join(volume, 'report.json')];
    for (const end of [
      await place.run(['-i', 'in', ...args, ...reports]),
      await place.watch(['in', ...args]),
    ]) {
      expect(end.code).toBe(1);
      expect(end.text).toMatch(/The volume of .*album is not mounted|"volume-gone"/);
      expect(filesBelow(volume)).toEqual([]);
    }
    mount(volume);
    onTestFinished(() => {
      unmount(volume);
    });
    expect(totalsOf(await place.run(['-i', 'in', ...args]))).toMatchObject({ inputs: 2, done: 2 });
  },
);

test.skipIf(!canMount())(
  'a volume that is mounted over the output holds the batch, which reports that and continues when it is gone',
  async () => {
    const place = new Place();
    const output = place.at('out');
    mkdirSync(output);
    for (let index = 0; index < 12; index++) place.image(`in/${index}.png`, index);
    const cli = startCli([
      ...['run', '-i', place.at('in'), '-o', output, '-n', 'nearest', '-s', '2', '-j', '1', '--json'],
      ...['--data', place.at('data')],
    ]);
    await cli.until('"job-done"');
    mount(output);
    let isMounted = true;
    onTestFinished(() => {
      if (isMounted) unmount(output);
    });
    await cli.until('another was mounted over it');
    // Other images of the worker may be on their way still.
    await expect.poll(() => readdirSync(output), { timeout: 30_000 }).toEqual([]);
    unmount(output);
    isMounted = false;
    const result = await cli.finished;
    expect([result.code, finishedEvent(result).totals]).toMatchObject([0, { inputs: 12, done: 12 }]);
    expect(place.files('out')).toHaveLength(12);
  },
);

test.skipIf(!canMount())(
  'a volume that is unmounted and mounted again while an image is enlarged is used again',
  async () => {
    const place = new Place();
    const output = place.at('volume');
    mkdirSync(output);
    for (let index = 0; index < 12; index++) place.image(`in/${index}.png`, index);
    mount(output);
    onTestFinished(() => {
      unmount(output);
    });
    const cli = startCli([
      ...['run', '-i', place.at('in'), '-o', output, '-n', 'nearest', '-s', '2', '-j', '1', '--json'],
      ...['--data', place.at('data')],
    ]);
    await cli.until('"job-done"');
    unmount(output);
    mount(output);
    const result = await cli.finished;
    expect([result.code, finishedEvent(result).totals]).toMatchObject([0, { inputs: 12, done: 12 }]);
  },
);

test.skipIf(!canMount())('a run that wrote nothing does not remember its mount point', async () => {
  const place = new Place();
  const volume = place.at('volume');
  mkdirSync(volume);
  mount(volume);
  place.file('in/a.png', 'not an image');
  expect(totalsOf(await place.run(['-i', 'in', '-o', volume]))).toMatchObject({ done: 0, failed: 1 });
  unmount(volume);
  place.image('in/a.png', 1);
  expect(totalsOf(await place.run(['-i', 'in', '-o', volume]))).toMatchObject({ done: 1 });
});

test.skipIf(!canMount())(
  'a plan and a dry run refuse an unmounted volume and a read-only one as a run does',
  async () => {
    const place = new Place();
    const volume = place.at('volume');
    mkdirSync(volume);
    place.image('in/a.png', 1);
    const args = ['-i', 'in', '-o', path.join(volume, 'album'), '-n', 'nearest', '-s', '2', '--json'];
    const commands = [['run'], ['run', '--dry-run'], ['plan']];
    mount(volume);
    await place.command('run', ...args);
    unmount(volume);
    for (const command of commands) {
      const { code, text } = await place.command(...command, ...args);
      expect([code, text]).toEqual([1, expect.stringMatching(/The volume of .* is not mounted/)]);
    }
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', volume]);
    onTestFinished(() => {
      unmount(volume);
    });
    for (const command of commands) {
      const { code, text } = await place.command(...command, ...args);
      expect([code, text]).toEqual([1, expect.stringContaining('the volume is read-only')]);
    }
  },
);
