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
