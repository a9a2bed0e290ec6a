import { existsSync, writeFileSync } from 'node:fs';

/** libfaketime, where Debian and Ubuntu put it. */
const LIBRARY = `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/faketime/libfaketime.so.1`;

/** Whether a program's clock can be set to another time here. */
export function canFakeClock(): boolean {
  return process.platform === 'linux' && existsSync(LIBRARY);
}

/**
 * The environment of a program whose clock shows what a file contains: `+0` for the time, `+73y` for that much later.
 * Only the time of day changes; monotonic clocks continue, as when a clock is set.
 */
export function fakeClock(file: string, time = '+0'): Readonly<Record<string, string>> {
  writeFileSync(file, time);
  return {
    LD_PRELOAD: LIBRARY,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
}
