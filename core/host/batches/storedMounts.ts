import { z } from 'zod';
import { NO_KNOWN_MOUNTS, type KnownMount, type KnownMounts } from '../../files/knownMounts.ts';
import type { Store } from '../../store/store.ts';

/** Folders of results that are remembered. */
const MAX_FOLDERS = 200;

const mountsSchema = z.record(z.string(), z.object({ mountPoint: z.string(), seenAt: z.number() }));

function readMounts(store: Store): Readonly<Record<string, KnownMount>> {
  try {
    return mountsSchema.parse(JSON.parse(store.fact('output-mounts') ?? '{}'));
  } catch {
    // An unreadable note is ignored; the next one replaces it.
    return NO_KNOWN_MOUNTS.all();
  }
}

/** Mount points, kept in the store of the job list. */
export function storedMounts(store: Store): KnownMounts {
  return {
    all: () => readMounts(store),
    note: (folder, mountPoint) => {
      const { [folder]: known, ...others } = readMounts(store);
      if (known?.mountPoint === mountPoint) return;
      const seen = mountPoint === undefined ? {} : { [folder]: { mountPoint, seenAt: Date.now() } };
      const all = Object.entries({ ...others, ...seen });
      try {
        store.noteFact('output-mounts', JSON.stringify(Object.fromEntries(all.slice(-MAX_FOLDERS))));
      } catch {
        // The disk of the job list is full; the next start stores it.
      }
    },
  };
}
