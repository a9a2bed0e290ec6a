import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { fixturePath } from '../../support/images.ts';
import { runProgram } from '../../support/runProgram.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

test.each([
  { what: 'the worker', args: ['-i', fixturePath('1x1.png'), '-s', '4', '-o', 'results'] },
  { what: 'the command itself', args: ['models', '--verify'] },
])('a network run by $what leaves no identifier, log or cache of the engine', async ({ args }) => {
  const folder = temporaryFolder();
  const home = path.join(folder, 'home');
  const temporary = path.join(folder, 'temporary');
  mkdirSync(home);
  mkdirSync(temporary);
  const env = {
    HOME: home,
    USERPROFILE: home,
    LOCALAPPDATA: home,
    XDG_CACHE_HOME: path.join(home, 'cache'),
    TMPDIR: temporary,
    TEMP: temporary,
    TMP: temporary,
    // If these were set, the engine would send nothing anyway.
    CI: '',
    GITHUB_ACTIONS: '',
  };
  expect(await runProgram(args, { cwd: folder, env })).toMatchObject({ code: 0 });
  expect({ home: readdirSync(home), temporary: readdirSync(temporary) }).toEqual({ home: [], temporary: [] });
});
