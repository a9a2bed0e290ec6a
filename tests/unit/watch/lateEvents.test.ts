import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { FolderWatcher } from '../../../core/watch/folderWatcher.ts';
import { fixturePath } from '../../support/images.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const OLD_IMAGES = 500;
/** One of these times is after the first scan has read the folder, and before the system reports every change. */
const DELAYS_MS = [0, 2, 4, 8, 12, 16, 24, 32, 48, 64];

/** Watches a folder for a while. @returns The names of the accepted files, which grow. */
async function watchFor(wanted: string, folder: string): Promise<readonly string[]> {
  const accepted: string[] = [];
  const options = { folder, settleMs: 100, recursive: true, outputs: [], include: [], exclude: [] };
  const watcher = await FolderWatcher.open(options, {
    filterNew: (files) => Promise.resolve(files.filter(({ relativePath }) => relativePath === wanted)),
    forget: () => undefined,
    keepOnly: () => undefined,
    check: () => Promise.resolve(),
    accept: ({ relativePath }) => {
      accepted.push(relativePath);
      return Promise.resolve();
    },
    skip: () => undefined,
    onState: () => undefined,
  });
  onTestFinished(() => watcher.close());
  await watcher.start();
  return accepted;
}

test('an image that is added while the watcher of a large folder is starting is accepted', async () => {
  const folder = path.join(temporaryFolder(), 'in');
  mkdirSync(folder);
  const put = (name: string): void => copyFileSync(fixturePath('rgb8.png'), path.join(folder, name));
  for (let number = 0; number < OLD_IMAGES; number++) put(`old ${number}.png`);
  for (const delayMs of DELAYS_MS) {
    const name = `new ${delayMs}.png`;
    const accepted = await watchFor(name, folder);
    await new Promise((resolve) => setTimeout(resolve, delayMs));
    put(name);
    await expect.poll(() => accepted[0], { timeout: 5_000, message: name }).toBe(name);
  }
});
