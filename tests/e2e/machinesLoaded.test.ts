import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { runCli } from '../support/runCli.ts';
import { compiledSupport } from '../support/simulateWork.ts';
import { examples } from '../support/standIn.ts';
import { temporaryFolder } from '../support/temporaryFolder.ts';

/** Which modules a command loads, from ours and from packages. */
async function modulesOf(args: readonly string[]): Promise<string> {
  const file = path.join(temporaryFolder(), 'modules');
  process.env.NODE_OPTIONS = `--import=${pathToFileURL(compiledSupport('noteModules')).href}`;
  process.env.ENLARGER_TEST_MODULES = file;
  onTestFinished(() => {
    delete process.env.NODE_OPTIONS;
    delete process.env.ENLARGER_TEST_MODULES;
  });
  await runCli(args);
  return readFileSync(file, 'utf8');
}

test('without --queue, a command loads nothing of other machines, of BullMQ or of its client', async () => {
  const output = path.join(temporaryFolder(), 'out');
  const loaded = await modulesOf(['run', '-i', examples, '-o', output, '-s', '2', '--dry-run']);
  expect(loaded).toContain('/dist/cli/runCommand.js');
  expect(loaded).not.toMatch(/core\/machines|bullmq|ioredis/);
});

test('with --queue it loads them, so that this test can fail', async () => {
  const queue = ['--queue', 'redis://127.0.0.1:1', '--root', `test=${temporaryFolder()}`];
  const loaded = await modulesOf(['run', '-i', examples, '-o', 'out', '--dry-run', ...queue]);
  expect(loaded).toMatch(/core\/machines/);
  expect(loaded).toMatch(/ioredis/);
});
