import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EnlargerError } from '../../../core/api/errors.ts';
import type { FileSnapshot } from '../../../core/watch/fileSnapshot.ts';
import { FolderWatcher } from '../../../core/watch/folderWatcher.ts';

const SETTLE_MS = 400;
const WRITERS = 200;

/** What went wrong, and how much of the storm the watcher got; the first three must be 0. */
export interface StormResult {
  readonly early: number;
  readonly missed: number;
  readonly twice: number;
  readonly taken: number;
}

/** A stand-in for an image: complete once its end is there; each version contains its number. */
function imageText(file: number, version: number): string {
  return `BEGIN ${file} ${version} ${'x'.repeat(200 + (file % 1000))} END ${file} ${version}`;
}

function isComplete(text: string): boolean {
  const [, file, version] = /^BEGIN (\d+) (\d+) /.exec(text) ?? [];
  return file !== undefined && text.endsWith(` END ${file} ${version}`);
}

/** Ways in which programs put files into a folder. Each ends with its last version complete under its final name. */
const WAYS: readonly ((file: string, id: number) => Promise<void>)[] = [
  async function slowChunks(file, id) {
    const text = imageText(id, 1);
    const handle = await open(file, 'w');
    for (let at = 0; at < text.length; at += 60) {
      await handle.write(text.slice(at, at + 60));
      await pause(20 + (id % 90));
    }
    await handle.close();
  },
  async function longBreak(file, id) {
    const text = imageText(id, 1);
    await writeFile(file, text.slice(0, 50));
    // Longer than the watcher waits: only decoding shows that it is not complete.
    await pause(2.5 * SETTLE_MS);
    await writeFile(file, text);
  },
  async function renamedIntoPlace(file, id) {
    await writeFile(`${file}.part`, imageText(id, 1));
    await pause(id % 50);
    await rename(`${file}.part`, file);
  },
  async function savedAtomically(file, id) {
    for (const version of [1, 2, 3]) {
      await writeFile(`${file}~`, imageText(id, version));
      await rename(`${file}~`, file);
      await pause(id % 30);
    }
  },
  async function deletedAndMadeAgain(file, id) {
    for (const version of [1, 2, 3, 4, 5]) {
      await writeFile(file, imageText(id, version));
      await pause(id % 20);
      if (version < 5) await rm(file);
    }
  },
  async function renamedTwice(file, id) {
    await writeFile(`${file}.first.png`, imageText(id, 1));
    await pause(id % 40);
    await rename(`${file}.first.png`, `${file}.second.png`);
    await rename(`${file}.second.png`, file);
  },
  async function movedInAFolder(file, id) {
    const { dir, name } = path.parse(file);
    const away = path.join(dir, '..', 'away', name);
    await mkdir(away, { recursive: true });
    await writeFile(path.join(away, 'inside.png'), imageText(id, 1));
    await rename(away, path.join(dir, `${name}-folder`));
  },
];

async function drop(folder: string, files: number): Promise<void> {
  const ids = Array.from({ length: files }, (_, id) => id).values();
  const writer = async (): Promise<void> => {
    for (const id of ids) {
      const below = path.join(folder, `roll ${id % 20}`);
      await mkdir(below, { recursive: true });
      await WAYS[id % WAYS.length]?.(path.join(below, `${id}.png`), id);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

/** Counts what the watcher hands over. */
class Ledger {
  readonly #versions = new Set<string>();
  readonly #texts = new Map<string, number>();
  early = 0;
  twice = 0;

  readonly filterNew = (files: readonly FileSnapshot[]): Promise<FileSnapshot[]> =>
    Promise.resolve(files.filter((file) => !this.#versions.has(this.#key(file))));

  readonly check = async (file: string): Promise<void> => {
    const text = await readFile(file, 'utf8');
    if (!isComplete(text)) throw new EnlargerError('image/corrupt', `${file} ends early.`);
  };

  readonly accept = async (snapshot: FileSnapshot): Promise<void> => {
    this.#versions.add(this.#key(snapshot));
    const text = await readFile(snapshot.path, 'utf8').catch(() => '');
    if (!isComplete(text)) this.early++;
    const times = (this.#texts.get(text) ?? 0) + 1;
    if (times > 1) this.twice++;
    this.#texts.set(text, times);
  };

  #key({ path: file, sizeBytes, mtimeNs, inode }: FileSnapshot): string {
    return [file, sizeBytes, mtimeNs, inode].join(' ');
  }

  hasAccepted(id: number): boolean {
    const lastVersion = [1, 1, 1, 3, 5, 1, 1][id % WAYS.length] ?? 1;
    return this.#texts.has(imageText(id, lastVersion));
  }
}

/**
 * Drops files into a watched folder in every way that programs do, two hundred at a time, and counts what the watcher
 * took too early, missed, or took twice.
 */
export async function dropStorm(root: string, files: number): Promise<StormResult> {
  const folder = path.join(root, 'in');
  await mkdir(folder);
  const ledger = new Ledger();
  const watcher = await FolderWatcher.open(
    { folder, recursive: true, settleMs: SETTLE_MS, outputs: [], include: [], exclude: [] },
    {
      filterNew: ledger.filterNew,
      forget: () => undefined,
      keepOnly: () => undefined,
      check: ledger.check,
      accept: ledger.accept,
      skip: () => undefined,
      onState: () => undefined,
    },
  );
  try {
    await watcher.start();
    await drop(folder, files);
    // One full scan finds what came without an event; then whatever is waited for gets its time.
    await watcher.rescan();
    while (watcher.waiting.length > 0) await pause(SETTLE_MS);
  } finally {
    await watcher.close();
  }
  const taken = Array.from({ length: files }, (_, id) => id).filter((id) => ledger.hasAccepted(id)).length;
  return { early: ledger.early, missed: files - taken, twice: ledger.twice, taken };
}
