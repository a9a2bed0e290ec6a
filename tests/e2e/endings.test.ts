import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { brokenPath, fixturePath, sceneRaster, storedPixels, writePng } from '../support/images.ts';
import { eventsOf, filesBelow, finishedEvent, runCli, startCli } from '../support/runCli.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** A folder of images that take a few seconds each with a neural network. */
function slowBatch(count = 4): { source: string; output: string; args: string[] } {
  const folder = temporaryFolder();
  const source = path.join(folder, 'in');
  mkdirSync(source);
  for (let index = 0; index < count; index++) {
    writePng(path.join(source, `${index}.png`), sceneRaster(240, 200));
  }
  const output = path.join(folder, 'out');
  const args = ['-i', source, '-o', output, '-n', 'fast-x4', '-t', '32', '-j', '1', '--json'];
  return { source, output, args };
}

function quickBatch(count: number): { source: string; output: string; args: string[] } {
  const folder = temporaryFolder();
  const source = path.join(folder, 'in');
  mkdirSync(source);
  for (let index = 0; index < count; index++) {
    copyFileSync(fixturePath('3x7.png'), path.join(source, `${index}.png`));
  }
  const output = path.join(folder, 'out');
  return { source, output, args: ['-i', source, '-o', output, '-n', 'nearest', '-s', '2'] };
}

/** Whether a process group has members left. */
function isGroupAlive(pid: number): boolean {
  try {
    process.kill(-pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('a folder with 50 good and 5 broken images', () => {
  test('gives 50 results, 5 failures with their codes, and exits with 1', async () => {
    const { source, output, args } = quickBatch(50);
    const broken = ['truncated.jpg', 'truncated.png', 'empty.jpg', 'text.jpg', 'wrong-checksum.png'];
    for (const name of broken) copyFileSync(brokenPath(name), path.join(source, name));
    const result = await runCli([...args, '--json']);
    const { totals } = finishedEvent(result);
    expect([result.code, totals]).toEqual([
      1,
      { inputs: 55, done: 50, skipped: 0, failed: 5, cancelled: 0, planned: 0 },
    ]);
    const failed = eventsOf(result).flatMap((event) =>
      event.type === 'job-failed' ? [`${path.basename(event.input)} ${event.error.code}`] : [],
    );
    expect(failed.sort()).toEqual([
      'empty.jpg input/empty',
      'text.jpg image/unsupported-format',
      'truncated.jpg image/corrupt',
      'truncated.png image/corrupt',
      'wrong-checksum.png image/corrupt',
    ]);
    expect(filesBelow(output)).toHaveLength(50);
    expect(readdirSync(output)).toHaveLength(50);
  });
});

describe('exit codes', () => {
  test.each([
    { what: 'nothing is given', args: [], code: 2 },
    { what: 'an option is unknown', args: ['-i', 'a', '-o', 'b', '--wrong'], code: 2 },
    { what: 'a number is invalid', args: ['-i', 'a', '-o', 'b', '-s', 'many'], code: 2 },
    { what: 'a factor is out of range', args: ['-i', 'a', '-o', 'b', '-s', '0'], code: 2 },
    { what: 'two sizes are given', args: ['-i', 'a', '-o', 'b', '-s', '2', '-w', '9'], code: 2 },
    { what: 'the output format is not supported', args: ['-i', 'a', '-o', 'b', '-f', 'bmp'], code: 2 },
    { what: 'a colour is invalid', args: ['-i', 'a', '-o', 'b', '--background', 'red'], code: 2 },
    { what: 'an input is missing', args: ['-i', 'nowhere.png', '-o', 'out'], code: 1 },
    { what: 'a list is missing', args: ['-i', '@nowhere.txt', '-o', 'out'], code: 1 },
    { what: 'a folder is empty', args: ['-i', '.', '-o', 'out'], code: 4 },
    { what: 'help is requested', args: ['--help'], code: 0 },
    { what: 'the version is requested', args: ['--version'], code: 0 },
  ])('is $code when $what', async ({ args, code }) => {
    const folder = temporaryFolder();
    const result = await runCli(args, folder);
    expect([result.code, result.signal]).toEqual([code, null]);
    if (code === 1 || code === 2) expect(result.stderr).not.toMatch(/Internal error|\n {4}at /);
    expect(existsSync(path.join(folder, 'out'))).toBe(false);
  });

  test('is 3 when the device is missing', async () => {
    const { args } = quickBatch(1);
    expect((await runCli([...args, '-n', 'fast', '-g', '77'])).code).toBe(3);
  });

  test('is 1 when the first failure ends the batch, since the batch was not cancelled', async () => {
    const { source, args } = quickBatch(9);
    writeFileSync(path.join(source, '0.png'), 'text');
    const result = await runCli([...args, '--json', '--fail-fast']);
    expect([result.code, finishedEvent(result).totals.failed]).toEqual([1, 1]);
  });

  test('is 2, and the models are listed, when the given one is unknown', async () => {
    const { args } = quickBatch(1);
    const result = await runCli([...args.slice(0, 4), '-n', 'fastest']);
    expect([result.code, result.stderr]).toEqual([
      2,
      expect.stringMatching(/fastest.*fast-x4.*model\/not-found/s),
    ]);
  });
});

describe('streams', () => {
  test('stdout contains only events with --json, and nothing without it', async () => {
    const { args } = quickBatch(2);
    const plain = await runCli(args);
    expect([plain.stdout, plain.stderr]).toEqual(['', expect.stringMatching(/2 images enlarged/)]);
    const json = await runCli([...args, '--json', '--exists', 'overwrite', '-v']);
    expect(eventsOf(json).map(({ type }) => type)).toEqual(
      expect.arrayContaining(['batch-started', 'job-done']),
    );
  });

  test.skipIf(process.platform === 'win32').each([
    { what: 'stdout', redirect: '', json: '--json' },
    { what: 'stderr', redirect: '2>&1 >/dev/null', json: '' },
  ])(
    'it ends quietly when the reader of $what disappears, and leaves no unfinished file',
    async ({ redirect, json }) => {
      const { output, args } = quickBatch(30);
      const quoted = args.map((argument) => `'${argument}'`).join(' ');
      const script = `('${process.execPath}' '${program}' ${quoted} ${json}; echo "code $?" >&3) ${redirect} | head -n 1`;
      const shell = spawn('bash', ['-c', script], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
      const texts = ['', '', '', ''];
      for (const stream of [1, 2, 3]) {
        shell.stdio[stream]?.on(
          'data',
          (data: Buffer) => (texts[stream] = `${texts[stream] ?? ''}${data.toString()}`),
        );
      }
      await new Promise((resolve) => shell.on('close', resolve));
      expect(texts[2]).not.toMatch(/EPIPE|Internal error|\n {4}at /);
      expect(texts[3]).toMatch(/^code (0|130)\n$/);
      const left = existsSync(output) ? readdirSync(output) : [];
      expect(left.filter((name) => name.startsWith('.'))).toEqual([]);
    },
  );
});

test.skipIf(process.platform === 'win32')(
  'a full disk fails the image and leaves no partial file',
  async () => {
    const { output, args, source } = quickBatch(1);
    writePng(path.join(source, 'large.png'), sceneRaster(90, 90));
    const quoted = [program, ...args, '--json', '--exists', 'skip']
      .map((argument) => `'${argument}'`)
      .join(' ');
    // A limit on the size of files stands in for a full disk; the limit of bash is in kilobytes.
    const shell = spawn('bash', ['-c', `ulimit -f 4; exec '${process.execPath}' ${quoted}`]);
    let stdout = '';
    shell.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
    const code = await new Promise<number | null>((resolve) => shell.on('close', resolve));
    const events = eventsOf({ code, signal: null, stdout, stderr: '' });
    const failures = events.flatMap((event) => (event.type === 'job-failed' ? [event.error.code] : []));
    expect([code, failures, readdirSync(output)]).toEqual([1, ['output/no-space'], ['0_2x.png']]);
  },
);

describe.skipIf(process.platform === 'win32')('an interruption', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'by %s to the whole group keeps finished results intact and leaves nothing else',
    async (signal) => {
      const { output, args } = slowBatch();
      const cli = startCli(args);
      await cli.until('"job-done"');
      await cli.until('"job-progress"');
      process.kill(-cli.child.pid!, signal);
      const result = await cli.finished;
      expect(result.stderr).not.toMatch(/Internal error|Error|\n {4}at /);
      const { totals } = finishedEvent(result);
      expect([result.code, totals.failed, totals.cancelled > 0]).toEqual([130, 0, true]);
      const done = eventsOf(result).flatMap((event) => (event.type === 'job-done' ? [event.output] : []));
      expect(filesBelow(output)).toEqual(done.map((file) => path.basename(file)).sort());
      expect(readdirSync(output)).toHaveLength(done.length);
      for (const file of done) expect((await storedPixels(file)).width).toBe(960);
      expect(isGroupAlive(cli.child.pid!)).toBe(false);
    },
  );

  test('requested twice does not wait for the tile, and leaves nothing either', async () => {
    const { output, args } = slowBatch();
    const cli = startCli(args);
    await cli.until('"job-progress"');
    cli.child.kill('SIGINT');
    cli.child.kill('SIGINT');
    const result = await cli.finished;
    expect(result.code).toBe(130);
    expect(existsSync(output) ? readdirSync(output).filter((name) => name.startsWith('.')) : []).toEqual([]);
    expect(isGroupAlive(cli.child.pid!)).toBe(false);
  });

  // At the start the worker is still loading; later it is in the middle of a tile.
  test.each(['"batch-started"', '"job-progress"'])(
    'by SIGKILL after %s ends the worker, too',
    async (event) => {
      const { args } = slowBatch();
      const cli = startCli(args);
      await cli.until(event);
      cli.child.kill('SIGKILL');
      // Both streams are closed when the last process that holds them exits; the worker holds stderr.
      expect((await cli.finished).signal).toBe('SIGKILL');
      await expect.poll(() => isGroupAlive(cli.child.pid!), { timeout: 20_000 }).toBe(false);
    },
  );
});
