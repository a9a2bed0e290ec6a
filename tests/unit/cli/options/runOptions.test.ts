import { mkdirSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { pathProblem } from '../../../../cli/options/localPath.ts';
import { addRunOptions, parseRunOptions, type RunOptions } from '../../../../cli/options/runOptions.ts';
import {
  DEFAULT_JOB_SETTINGS,
  jobSettingsSchema,
  type SettingName,
} from '../../../../core/api/jobSettings.ts';
import { forTerminal } from '../../../../cli/text.ts';
import { describeEvent } from '../../../../cli/reporters.ts';
import { temporaryFolder } from '../../../support/temporaryFolder.ts';

function parse(args: readonly string[]): RunOptions {
  const command = addRunOptions(new Command('run')).exitOverride();
  command.parse(args, { from: 'user' });
  return parseRunOptions(command.opts());
}

const PLACES = ['-i', 'a.png', '-o', 'out'];

describe('an option that cannot be stored is refused with its own name and range', () => {
  test.each([
    { args: ['-s', '0'], words: ['--scale', 'from 0.01 to 64', '0 was given'] },
    { args: ['-s', '65'], words: ['--scale', 'from 0.01 to 64'] },
    { args: ['-w', '0'], words: ['--width', 'from 1 to 1000000', '0 was given'] },
    { args: ['-H', '1.5'], words: ['--height', '1.5'] },
    { args: ['--long-edge', '0'], words: ['--long-edge', 'from 1 to 1000000'] },
    { args: ['--megapixels', '0'], words: ['--megapixels', '100000'] },
    { args: ['-q', '0'], words: ['--quality', 'from 1 to 100', '0 was given'] },
    { args: ['-q', '101'], words: ['--quality', 'from 1 to 100'] },
    { args: ['--strength', '2'], words: ['--strength', 'from 0 to 1'] },
    { args: ['-t', '8'], words: ['--tile', 'from 32 to 4096', '"auto"'] },
    { args: ['-g', 'gpu'], words: ['--gpu', 'auto, cpu'] },
    { args: ['-j', '0'], words: ['--jobs', 'from 1 to 64'] },
    { args: ['--name', ''], words: ['--name', '1 to 1000 characters'] },
    { args: ['--name', `${'x'.repeat(1_000)}.{ext}`], words: ['--name', '1 to 1000 characters'] },
    { args: ['-n', ''], words: ['--model'] },
    { args: ['--max-megapixels', '0'], words: ['--max-megapixels', 'more than 0'] },
    { args: ['--background', 'red'], words: ['--background', '#ffffff'] },
  ])('$args', ({ args, words }) => {
    let message = '';
    try {
      parse([...PLACES, ...args]);
    } catch (error) {
      expect(error).toMatchObject({ code: 'usage/invalid-option' });
      message = String(error);
    }
    for (const word of words) expect(message).toContain(word);
    expect(message).toBe(forTerminal(message));
  });

  test.each([
    [['-w', '0'], '-w, --width must be a whole number from 1 to 1000000; 0 was given.'],
    [['-w', '1.5'], '-w, --width must be a whole number from 1 to 1000000; 1.5 was given.'],
    [['-w', '0', '-H', '5'], '-w, --width must be a whole number from 1 to 1000000; 0 was given.'],
    [['--print', '0x5cm'], '--print must be from 0.1 to 2000; 0 was given.'],
    [['--megapixels', '0'], '--megapixels must be more than 0, up to 100000; 0 was given.'],
    [['-s', '0'], '-s, --scale must be from 0.01 to 64; 0 was given.'],
  ])('only its own range is named: %j', (args, message) => {
    expect(() => parse([...PLACES, ...args])).toThrow(message);
  });

  test.each(['smb://nas/photos', 'http://host/x', 'file:///tmp/out', 'sftp://me@host/x.png', '~/out', '~'])(
    'an output that would create a folder of that name is refused: %s',
    (output) => {
      expect(() => parse(['-i', 'a.png', '-o', output])).toThrow(/^--output must be .*was given\.$/);
      expect(() => parse([...PLACES, '--report', `${output}/r.json`])).toThrow(/^--report/);
      expect(() => parse([...PLACES, '--data', output])).toThrow(/^--data/);
    },
  );

  test('a Windows path is only one on Windows; elsewhere, names may contain colons', () => {
    for (const given of ['C:\\photos', 'd:/out', '\\\\server\\share']) {
      expect(pathProblem(given, 'linux')).toContain('of this system');
      expect(pathProblem(given, 'win32')).toBeUndefined();
    }
    for (const given of ['a:b', 'smb:', './http:/x', '/media/C:/x', '~home', 'x~', '2026-11-30T10:00/out'])
      expect(pathProblem(given, 'linux')).toBeUndefined();
  });

  test.each([
    { args: ['-i', '', '-o', 'out'], option: '--input' },
    { args: ['-i', 'a.png', '-o', ''], option: '--output' },
    { args: ['-i', 'a.png', '-o', 'x'.repeat(40_000)], option: '--output' },
  ])('$option', ({ args, option }) => {
    expect(() => parse(args)).toThrow(
      expect.objectContaining({
        code: 'usage/invalid-option',
        message: expect.stringContaining(option) as string,
      }),
    );
  });
});

test('a line break in a name cannot forge a line', () => {
  const line = describeEvent(
    {
      type: 'job-failed',
      job: 0,
      input: 'a\ndone     b.png → c.png\u2028.png',
      error: { code: 'input/empty', message: 'a\ndone b is empty.' },
    },
    false,
  );
  expect(line?.split(/[\n\u2028]/)).toHaveLength(1);
});

/** A setting on the command line, and its value in the batch. */
const GIVEN: Readonly<Partial<Record<SettingName, readonly [string[], unknown]>>> = {
  sizing: [['-w', '640'], { kind: 'width', width: 640 }],
  onlyIfSmaller: [['--only-if-smaller'], true],
  model: [['-n', 'lanczos'], 'lanczos'],
  first: [
    ['--first', 'a', '--first', 'b'],
    ['a', 'b'],
  ],
  strength: [['--strength', '0.5'], 0.5],
  device: [['-g', 'cpu'], 'cpu'],
  engine: [['--engine', 'onnx'], 'onnx'],
  tile: [['-t', '64'], 64],
  selfEnsemble: [['-x'], true],
  format: [['-f', 'jpg'], 'jpeg'],
  pages: [['--frames', 'first'], 'first'],
  quality: [['-q', '80'], 80],
  background: [['--background', 'FC0'], '#ffcc00'],
  metadata: [['--metadata', 'safe'], 'safe'],
  colour: [['--color', 'srgb'], 'srgb'],
  maxInputMegapixels: [['--max-megapixels', '9'], 9],
  maxOutputMegapixels: [['--max-output-megapixels', '99'], 99],
};

describe('each setting can be given on the command line, without changing any other', () => {
  test.each(Object.entries(GIVEN))('%s', (name, [args, value]) => {
    const { task } = parse([...PLACES, ...args]);
    expect(task.kind === 'new' && task.request.spec.settings).toEqual({
      ...DEFAULT_JOB_SETTINGS,
      [name]: value,
    });
  });
});

test('every setting has an option', () => {
  const flags = addRunOptions(new Command('run')).options.map((option) => option.attributeName());
  const missing = jobSettingsSchema
    .keyof()
    .options.filter((name) => !flags.includes(name) && GIVEN[name] === undefined);
  expect(missing).toEqual([]);
});

test.each([
  'https://example.org/a.jpg',
  'http://example.org',
  'FTP://example.org/a.png',
  'smb://host/photos',
])('the address %s is refused as an input with the advice to download', (address) => {
  const advice = `${address} is an address, and addresses are not read. Download the images first`;
  expect(() => parse(['-i', 'a.png', address, '-o', 'out'])).toThrow(advice);
});

test('a file whose path looks like an address is an input', () => {
  const before = process.cwd();
  process.chdir(temporaryFolder());
  try {
    mkdirSync('https:/host', { recursive: true });
    writeFileSync('https:/host/a.png', '');
    expect(parse(['-i', 'https://host/a.png', '-o', 'out']).task.kind).toBe('new');
  } finally {
    process.chdir(before);
  }
});
