import path from 'node:path';
import type { BatchSpec, Destination } from '../api/batchSpec.ts';
import type { FileLook } from '../watch/fileLook.ts';

/** Pictures come in bursts, and each batch costs a commit: those of a moment share one. */
const COLLECT_MS = 100;

/** Most pictures of one batch. */
const MOST_TOGETHER = 500;

export type BatchWithoutSources = Omit<BatchSpec, 'sources'>;

interface Waiting {
  readonly look: FileLook;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Where results of pictures in a folder below the watched one go: the tree is mirrored. */
export function mirrored(destination: Destination, relativeFolder: string): Destination {
  switch (destination.kind) {
    case 'path':
      return { ...destination, path: path.join(destination.path, relativeFolder) };
    case 'root':
      return {
        ...destination,
        relative: path.posix.join(destination.relative, ...relativeFolder.split(path.sep)),
      };
    case 'beside':
    case 'downloads':
      return destination;
  }
}

/** Puts pictures that are taken at about the same time into one batch for each folder. */
export class TakeCollector {
  readonly #enqueue: (looks: readonly FileLook[], relativeFolder: string) => Promise<void>;
  readonly #waiting = new Map<string, Waiting[]>();

  /** @param enqueue Puts pictures of one folder in line; durable when it resolves. */
  constructor(enqueue: (looks: readonly FileLook[], relativeFolder: string) => Promise<void>) {
    this.#enqueue = enqueue;
  }

  /** Resolves when the picture is in line for good. */
  take(look: FileLook): Promise<void> {
    const folder = path.dirname(look.relativePath);
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(folder) ?? [];
      waiting.push({ look, resolve, reject });
      if (this.#waiting.size === 0)
        setTimeout(() => {
          this.#flush();
        }, COLLECT_MS);
      this.#waiting.set(folder, waiting);
    });
  }

  #flush(): void {
    for (const [folder, waiting] of this.#waiting) {
      for (let from = 0; from < waiting.length; from += MOST_TOGETHER) {
        void this.#send(folder, waiting.slice(from, from + MOST_TOGETHER));
      }
    }
    this.#waiting.clear();
  }

  async #send(folder: string, waiting: readonly Waiting[]): Promise<void> {
    try {
      await this.#enqueue(
        waiting.map(({ look }) => look),
        folder === '.' ? '' : folder,
      );
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
