import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder, makeFolderSync } from '../../../core/files/makeFolder.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const WAYS = {
  makeFolder,
  makeFolderSync: (...given: Parameters<typeof makeFolderSync>): Promise<void> =>
    Promise.resolve().then(() => makeFolderSync(...given)),
};

describe.each(Object.entries(WAYS))('%s', (_name, make) => {
  test('creates a folder with its missing parents, and does not change an existing one', async () => {
    const top = temporaryFolder();
    const folder = path.join(top, 'a', 'b', 'c');
    await make(folder, { mode: 0o700 });
    expect(statSync(folder).isDirectory()).toBe(true);
    if (process.platform !== 'win32') expect(statSync(path.join(top, 'a')).mode & 0o777).toBe(0o700);
    writeFileSync(path.join(folder, 'kept'), '');
    await make(folder);
    expect(statSync(path.join(folder, 'kept')).isFile()).toBe(true);
  });

  test('names the file that is in the way', async () => {
    const top = temporaryFolder();
    writeFileSync(path.join(top, 'file'), '');
    await expect(make(path.join(top, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(make(path.join(top, 'file', 'below'))).rejects.toThrow(/ENOTDIR|EEXIST/);
  });

  test.skipIf(process.platform === 'win32')('follows a link to a folder', async () => {
    const top = temporaryFolder();
    mkdirSync(path.join(top, 'real'));
    symlinkSync(path.join(top, 'real'), path.join(top, 'link'));
    await make(path.join(top, 'link'));
    await make(path.join(top, 'link', 'below'));
    expect(statSync(path.join(top, 'real', 'below')).isDirectory()).toBe(true);
  });

  test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
    'names the folder that is not writable',
    async () => {
      const top = temporaryFolder();
      chmodSync(top, 0o500);
      await expect(make(path.join(top, 'a', 'b'))).rejects.toMatchObject({ code: 'EACCES' });
    },
  );

  // Node's own `recursive` never comes back from this.
  test.runIf(process.platform === 'linux')('gives up if the system has no such folder', async () => {
    await expect(make('/dev/null/a/b')).rejects.toMatchObject({ code: 'ENOTDIR' });
    await expect(make('/proc/enlarger/a/b')).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
