/**
 * @file Run by `withoutEvents.test.ts` where the system gives no inotify watches: prints the watcher's states and what
 * it took, as JSON.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FolderWatcher } from '../../../core/watch/folderWatcher.ts';

const [root = ''] = process.argv.slice(2);
const folder = path.join(root, 'in');
mkdirSync(path.join(folder, 'sub', 'deep'), { recursive: true });
const states: string[] = [];
const taken: string[] = [];
const watcher = await FolderWatcher.open(
  {
    folder,
    recursive: true,
    settleMs: 200,
    outputs: [],
    include: [],
    exclude: [],
    rescanWithoutEventsMs: 100,
  },
  {
    filterNew: (files) => Promise.resolve(files.filter((file) => !taken.includes(file.relativePath))),
    forget: () => undefined,
    keepOnly: () => undefined,
    check: () => Promise.resolve(),
    accept: (file) => {
      taken.push(file.relativePath);
      return Promise.resolve();
    },
    skip: () => undefined,
    onState: ({ kind }) => states.push(kind),
  },
);
await watcher.start();
setTimeout(() => {
  writeFileSync(path.join(folder, 'sub', 'deep', 'late.png'), 'pix');
}, 500);
const timer = setInterval(() => {
  if (taken.length === 0) return;
  clearInterval(timer);
  process.stdout.write(JSON.stringify({ states, taken }));
  void watcher.close();
}, 50);
