import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { isInside } from '../../../core/files/isInside.ts';
import { NO_KNOWN_MOUNTS } from '../../../core/files/knownMounts.ts';
import { OutputVolumes } from '../../../core/files/outputVolumes.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

afterEach(() => {
  vi.useRealTimers();
});

/** Volumes by their mount points, as `stat` shows them. */
function mounted(points: Readonly<Record<string, number>>) {
  const devices = new Map(Object.entries({ [path.resolve('/')]: 1, ...points }));
  const deviceOf = (folder: string): Promise<number | undefined> => {
    for (let place = path.resolve(folder); ; place = path.dirname(place)) {
      const device = devices.get(place);
      if (device !== undefined) return Promise.resolve(device);
    }
  };
  return { devices, volumes: new OutputVolumes(NO_KNOWN_MOUNTS, deviceOf) };
}

test('an unmounted volume is noticed, even for folders that were never used', async () => {
  const usb = path.resolve('/media/usb');
  const { devices, volumes } = mounted({ [usb]: 7 });
  expect(await volumes.isThere(path.join(usb, 'out'))).toBe(true);
  devices.delete(usb);
  expect(await volumes.isThere(path.join(usb, 'out'))).toBe(false);
  expect(await volumes.isThere(path.join(usb, 'out', 'new'))).toBe(false);
  expect(await volumes.isThere(path.resolve('/home/out'))).toBe(true);
});

test('work continues once a volume is mounted there again, even with another device number', async () => {
  vi.useFakeTimers();
  const usb = path.resolve('/media/usb');
  const { devices, volumes } = mounted({ [usb]: 7 });
  await volumes.isThere(usb);
  devices.delete(usb);
  const onReturn = vi.fn();
  volumes.awaitReturn(path.join(usb, 'out'), onReturn);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onReturn).not.toHaveBeenCalled();
  devices.set(usb, 8);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onReturn).toHaveBeenCalledTimes(1);
  expect(await volumes.isThere(path.join(usb, 'out'))).toBe(true);
});

test('work continues after a volume was unmounted and mounted again before anyone noticed', async () => {
  vi.useFakeTimers();
  const usb = path.resolve('/media/usb');
  const { devices, volumes } = mounted({ [usb]: 7 });
  await volumes.isThere(path.join(usb, 'out'));
  devices.set(usb, 8);
  expect(await volumes.isThere(path.join(usb, 'out'))).toBe(false);
  const onReturn = vi.fn();
  volumes.awaitReturn(path.join(usb, 'out'), onReturn);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onReturn).toHaveBeenCalledTimes(1);
  expect(await volumes.isThere(path.join(usb, 'out'))).toBe(true);
});

test('if a volume is mounted over an output, work waits until it is unmounted', async () => {
  vi.useFakeTimers();
  const output = path.resolve('/home/me/out');
  const { devices, volumes } = mounted({});
  await volumes.isThere(output);
  devices.set(path.resolve('/home/me'), 9);
  expect(await volumes.isThere(output)).toBe(false);
  const onReturn = vi.fn();
  volumes.awaitReturn(output, onReturn);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(onReturn).not.toHaveBeenCalled();
  devices.delete(path.resolve('/home/me'));
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onReturn).toHaveBeenCalledTimes(1);
  expect(await volumes.isThere(output)).toBe(true);
});

describe('a volume from an earlier run', () => {
  function remounted(folder: string, mountPoint: string, isMounted: boolean, seenAt = Date.now() + 1_000) {
    const all = { [folder]: { mountPoint, seenAt } };
    const note = vi.fn();
    const deviceOf = (place: string): Promise<number> =>
      Promise.resolve(isMounted && isInside(mountPoint, place) ? 2 : 1);
    return { note, volumes: new OutputVolumes({ all: () => all, note }, deviceOf) };
  }

  test('is reported missing if it is not mounted, despite empty folders below its mount point', async () => {
    const mountPoint = temporaryFolder();
    const folder = path.join(mountPoint, 'out');
    for (const make of [() => undefined, () => mkdirSync(folder), () => mkdirSync(path.join(folder, 'a'))]) {
      make();
      const { volumes, note } = remounted(folder, mountPoint, false);
      expect(await volumes.isThere(folder)).toBe(false);
      expect(await volumes.isThere(path.join(mountPoint, 'other'))).toBe(false);
      expect(note).not.toHaveBeenCalled();
    }
  });

  test('is recognised again once it is mounted', async () => {
    const mountPoint = temporaryFolder();
    const folder = path.join(mountPoint, 'out');
    const { volumes, note } = remounted(folder, mountPoint, true);
    expect(await volumes.isThere(folder)).toBe(true);
    expect(note).not.toHaveBeenCalled();
    volumes.noteWritten(path.join(folder, 'album'));
    volumes.noteWritten(folder);
    expect(note.mock.calls).toEqual([[folder, mountPoint]]);
  });

  test('is also reported missing behind a symbolic link', async () => {
    const mountPoint = temporaryFolder();
    const link = path.join(temporaryFolder(), 'link');
    symlinkSync(mountPoint, link);
    const { volumes } = remounted(path.join(mountPoint, 'out'), mountPoint, false);
    expect(await volumes.isThere(path.join(link, 'out'))).toBe(false);
  });

  test('is not reported missing if a folder was created in its place', async () => {
    const mountPoint = temporaryFolder();
    const { volumes } = remounted(path.join(mountPoint, 'out'), mountPoint, false, Date.now() - 60_000);
    expect(await volumes.isThere(path.join(mountPoint, 'out'))).toBe(true);
  });

  test('is not reported missing if its files are on the disk now', async () => {
    const mountPoint = temporaryFolder();
    const folder = path.join(mountPoint, 'out');
    mkdirSync(folder);
    writeFileSync(path.join(mountPoint, 'of another program'), '');
    expect(await remounted(folder, mountPoint, false).volumes.isThere(folder)).toBe(false);
    writeFileSync(path.join(folder, 'a_2x.png'), '');
    const { volumes, note } = remounted(folder, mountPoint, false);
    expect(await volumes.isThere(folder)).toBe(true);
    volumes.noteWritten(folder);
    expect(note).toHaveBeenCalledWith(folder, undefined);
  });
});
