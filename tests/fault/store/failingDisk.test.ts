import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { canInject } from '../../support/killAtSyscall.ts';
import { storedPixels } from '../../support/images.ts';
import { startCli } from '../../support/runCli.ts';
import { Place, totalsOf } from '../../support/uses.ts';

const PROGRAM = fileURLToPath(new URL('../../../dist/cli/main.js', import.meta.url));
const NAMES = ['a.png', 'bb.png', 'ccc.png'];
const WORDS = ['run', '-i', 'in', '-o', 'out', '-n', 'nearest', '-s', '2', '--no-measure'];

function placeWithImages(): Place {
  const place = new Place();
  for (const name of NAMES) place.image(`in/${name}`);
  return place;
}

/** Runs the command with failing calls; its workers are not affected. */
function runWithFaults(
  place: Place,
  call: string,
  fault: string,
): Promise<{ code: number | null; text: string }> {
  const strace = [
    '-f',
    '-b',
    'execve',
    '-qq',
    '-o',
    os.devNull,
    '-e',
    `trace=${call}`,
    '-e',
    `inject=${call}:${fault}`,
  ];
  // One thread for file operations, because each thread counts its own calls.
  const env = { ...process.env, ENLARGER_DATA: place.at('data'), UV_THREADPOOL_SIZE: '1' };
  const child = spawn('strace', [...strace, process.execPath, PROGRAM, ...WORDS], { cwd: place.root, env });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, text })));
}

async function expectWholeResults(place: Place): Promise<void> {
  expect(place.files('out')).toEqual(NAMES.map((name) => name.replace('.png', '_2x.png')));
  for (const name of place.files('out'))
    expect((await storedPixels(place.at('out', name))).data.length).toBeGreaterThan(0);
}

test.skipIf(!canInject()).each([
  ['EIO', 4],
  ['EIO', 12],
  ['EIO', 30],
  ['ENOSPC', 4],
  ['ENOSPC', 20],
])(
  'a store that becomes unwritable (%s from call %i on) loses no image, and is reported',
  async (error, from) => {
    const place = placeWithImages();
    const { code, text } = await runWithFaults(place, 'pwrite64', `error=${error}:when=${from}+`);
    await expectWholeResults(place);
    // All images were enlarged; only the list is missing.
    expect(text).toMatch(/disk I\/O error|disk is full|cannot be used|not recorded/i);
    expect(code).toBeLessThanOrEqual(1);
    // The data that the disk kept can be used when it works again.
    const again = await place.run(['-i', 'in', '-o', 'out']);
    expect([again.code, totalsOf(again)]).toEqual([
      0,
      expect.objectContaining({ done: 0, skipped: 3, failed: 0 }),
    ]);
    await expectWholeResults(place);
  },
);

test.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0)(
  'after SIGTERM while the disk of the store is full, the list is still right',
  async () => {
    const place = placeWithImages();
    const data = place.at('data');
    mkdirSync(data);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', data]);
    onTestFinished(() => void execFileSync('umount', ['-l', data]));
    const first = await place.run(['-i', 'in/a.png', '-o', 'out']);
    expect(totalsOf(first)).toMatchObject({ done: 1 });
    const filler = path.join(data, 'filler');
    try {
      for (let size = 1 << 18; size >= 1; size >>= 1)
        for (;;) writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // The disk is full.
    }
    const cli = startCli([...WORDS, '--data', data], place.root);
    await Promise.race([cli.until('done'), cli.until('note'), cli.until('full'), cli.finished]).catch(
      () => undefined,
    );
    cli.child.kill('SIGTERM');
    const { code } = await cli.finished;
    expect(code).not.toBe(null);
    rmSync(filler);
    const again = await place.run(['-i', 'in', '-o', 'out']);
    expect(again.code).toBe(0);
    expect(totalsOf(again)).toMatchObject({ inputs: 3, failed: 0, cancelled: 0 });
    await expectWholeResults(place);
    // The result of the first run is still known.
    expect((await place.command('jobs', 'list')).code).toBe(0);
  },
);
