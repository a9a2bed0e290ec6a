import path from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { OutputVolumes } from '../../../core/files/outputVolumes.ts';

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
  return { devices, volumes: new OutputVolumes(deviceOf) };
}

test('a volume that is unmounted is noticed, for folders that were never used, too', async () => {
  const usb = path.resolve('/media/usb');
  const { devices, volumes } = mounted({ [usb]: 7 });
  expect(await volumes.isThere(path.join(usb, 'out'))).toBe(true);
  devices.delete(usb);
  expect(await volumes.isThere(path.join(usb, 'out'))).toBe(false);
  expect(await volumes.isThere(path.join(usb, 'out', 'new'))).toBe(false);
  expect(await volumes.isThere(path.resolve('/home/out'))).toBe(true);
});

test('work continues once a volume is mounted there again, also under another number', async () => {
  vi.useFakeTimers();
  const usb = path.resolve('/media/usb');
  const { devices, volumes } = mounted({ [usb]: 7 });
  await volumes.isThere(usb);
  devices.delete(usb);
  const onReturn = vi.fn();
  await volumes.awaitReturn(path.join(usb, 'out'), onReturn);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onReturn).not.toHaveBeenCalled();
  devices.set(usb, 8);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(onReturn).toHaveBeenCalledTimes(1);
  expect(await volumes.isThere(path.join(usb, 'out'))).toBe(true);
});
