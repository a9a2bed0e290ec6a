import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openStore } from './openStore.ts';
import { STORE_FILE, type Store } from './store.ts';

/** A store that is only read. */
export interface LookedInto {
  readonly store: Store;
  /** Closes it and deletes the copy. */
  close(): void;
}

/**
 * Opens a copy of a data folder's store, so that it can be read without changing the original: no
 * migration, no repair, no lock.
 *
 * @param folder The data folder; need not exist.
 * @returns The copy, or undefined without a readable store.
 */
export function copyOfStore(folder: string): LookedInto | undefined {
  if (!existsSync(path.join(folder, STORE_FILE))) return undefined;
  const copy = mkdtempSync(path.join(os.tmpdir(), 'enlarger-look-'));
  const remove = (): void => {
    rmSync(copy, { recursive: true, force: true });
  };
  try {
    for (const ending of ['', '-wal', '.seal']) {
      const file = path.join(folder, STORE_FILE + ending);
      if (existsSync(file)) copyFileSync(file, path.join(copy, STORE_FILE + ending));
    }
    const { store } = openStore(copy, 'a look');
    const close = (): void => {
      store.close();
      remove();
    };
    return { store, close };
  } catch {
    // A store that cannot be read must not prevent a plan.
    remove();
    return undefined;
  }
}
