import { execFile, spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const SCRIPT = fileURLToPath(new URL('../../../dist/tests/fault/watch/withoutEvents.js', import.meta.url));

/** Gives a process a system that refuses inotify watches, without touching that of others. */
const EXHAUSTED = ['--user', '--map-root-user', 'sh', '-c'];
const LIMIT = 'echo 0 > /proc/sys/user/max_inotify_watches';

const isPossible = spawnSync('unshare', [...EXHAUSTED, LIMIT]).status === 0;

test.skipIf(!isPossible)('without events, the folder is scanned regularly, with a note', async () => {
  const command = `${LIMIT} && exec "$0" "$1" "$2"`;
  const { stdout } = await promisify(execFile)(
    'unshare',
    [...EXHAUSTED, command, process.execPath, SCRIPT, temporaryFolder()],
    { timeout: 30_000 },
  );
  expect(JSON.parse(stdout)).toEqual({
    states: ['watching', 'rescanning'],
    taken: [path.join('sub', 'deep', 'late.png')],
  });
});
